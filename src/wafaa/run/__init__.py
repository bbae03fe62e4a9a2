"""How Wafaa starts: command line, supervisor, embedded PostgreSQL, doctor, demo shop."""
