"""WooCommerce: webhooks and the past by the REST API v3 of a WordPress shop.

Written from the WooCommerce REST API documentation: Webhooks, Orders, Refunds, Customers, Pagination.
"""

from wafaa.listen.connectors.woocommerce.connector import CONNECTOR

__all__ = ["CONNECTOR"]
