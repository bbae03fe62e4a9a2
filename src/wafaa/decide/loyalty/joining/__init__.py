"""Programmes and who is in them, for programs."""
