"""Zammad: tickets, messages and replies with agent and time, by the webhooks of its triggers.

https://admin-docs.zammad.org/en/latest/manage/webhook.html
"""

from wafaa.listen.connectors.zammad.connector import CONNECTOR

__all__ = ["CONNECTOR"]
