"""The list of customers, the page of one, and their timeline in words."""
