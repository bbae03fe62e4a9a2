-- Those who change who is one with whom do it one after the other.
SELECT pg_advisory_xact_lock(%(key)s)
