"""Formats of this room."""
