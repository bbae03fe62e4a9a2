-- One seal at a time.
SELECT pg_advisory_xact_lock(hashtext('act_points_seal'))
