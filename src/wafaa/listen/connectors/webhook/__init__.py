"""Any system that can send JSON: where its event, person, time and properties stand, and how it signs, are told by data."""

from wafaa.listen.connectors.webhook.connector import CONNECTOR

__all__ = ["CONNECTOR"]
