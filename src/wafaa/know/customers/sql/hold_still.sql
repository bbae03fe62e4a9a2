-- A lock that ends with the transaction: shared by those who write by distinct ids, alone for those who move them.
SELECT CASE WHEN %(alone)s THEN pg_advisory_xact_lock(%(key)s) ELSE pg_advisory_xact_lock_shared(%(key)s) END
