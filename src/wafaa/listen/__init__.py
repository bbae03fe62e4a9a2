"""What people and systems tell us."""
