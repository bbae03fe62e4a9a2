"""Doing it, and saying that it was done."""
