-- The next process may migrate.
SELECT pg_advisory_unlock(%(number)s)
