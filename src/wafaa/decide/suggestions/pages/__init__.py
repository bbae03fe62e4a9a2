"""Pages of suggestions: the list, one of them, and what the public reads."""
