-- Until the transaction ends nobody else makes a first owner.
SELECT pg_advisory_xact_lock(%(number)s)
