"""Gift cards, for programs."""
