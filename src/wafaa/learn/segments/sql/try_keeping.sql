-- Whether nobody else is about to look at who was touched or is due; until this transaction ends nobody else will.
SELECT pg_try_advisory_xact_lock(%(key)s)
