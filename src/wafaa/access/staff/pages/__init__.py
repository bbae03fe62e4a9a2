"""Pages about one's own way in: signing in, a forgotten password, the account."""
