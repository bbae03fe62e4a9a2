"""Files that people bring: read, understood, checked, and published as events."""
