"""Salla: webhooks signed or with a token, orders and customers of the past by its admin API.

https://docs.salla.dev/421119m0 (webhooks), https://docs.salla.dev/433804m0 (order events), https://docs.salla.dev/421125m0
(rate limits).
"""

from wafaa.listen.connectors.salla.connector import CONNECTOR

__all__ = ["CONNECTOR"]
