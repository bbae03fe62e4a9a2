-- One process at a time changes the tables; the lock ends with the transaction.
SELECT pg_advisory_xact_lock(%(number)s)
