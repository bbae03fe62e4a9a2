"""Tiers in the console: as they are written, and who stands in them."""
