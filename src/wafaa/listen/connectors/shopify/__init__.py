"""Shopify: webhooks of an app of the shop's own, the past by the Admin REST API.

Written from shopify.dev: "Deliver webhooks through HTTPS", "Admin REST API" (orders, customers, webhooks, rate limits).
"""

from wafaa.listen.connectors.shopify.connector import CONNECTOR

__all__ = ["CONNECTOR"]
