"""Chatwoot: conversations, messages and replies with agent and time, by its webhooks.

https://www.chatwoot.com/hc/user-guide/articles/1677693021-how-to-use-webhooks; signatures since 4.12 (chatwoot/chatwoot#13573).
"""

from wafaa.listen.connectors.chatwoot.connector import CONNECTOR

__all__ = ["CONNECTOR"]
