"""How figures leave the house without an account: links that end, and the weekly mail."""
