"""Which browsers are signed in: the table of sessions, their age, and how they end."""
