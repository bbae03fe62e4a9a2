"""The member's own pages, phone first: signing in by code, balance, orders, surveys, choices, card."""
