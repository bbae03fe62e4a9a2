"""Adjustments that need a person, for programs."""
