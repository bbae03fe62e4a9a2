-- One process at a time migrates; the lock ends with its connection at the latest.
SELECT pg_advisory_lock(%(number)s)
