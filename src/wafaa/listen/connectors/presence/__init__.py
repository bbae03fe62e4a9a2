"""Presence: gateways and beacons that say who is in a store, and signed QR codes that visitors scan."""

from wafaa.listen.connectors.presence.connector import CONNECTOR

__all__ = ["CONNECTOR"]
