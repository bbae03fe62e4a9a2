"""Whom to ask, when, and when rather not? Rules that bind a survey to an event."""
