"""Zid: webhooks with the name and password chosen at subscription, orders, customers and abandoned carts by its API.

https://docs.zid.sa/webhooks, https://docs.zid.sa/webhook-events-order, https://docs.zid.sa/list-of-orders,
https://docs.zid.sa/doc-644369 (rate limits).
"""

from wafaa.listen.connectors.zid.connector import CONNECTOR

__all__ = ["CONNECTOR"]
