"""The room's pages: links that show figures to others, and the weekly mail."""
