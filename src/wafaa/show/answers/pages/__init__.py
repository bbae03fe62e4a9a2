"""Pages of answers: thin, what they show is put together in showing.py."""
