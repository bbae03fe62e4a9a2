-- One at a time writes memberships: what is read behind it is at least as new as what the last one saw.
SELECT pg_advisory_xact_lock(%(key)s)
