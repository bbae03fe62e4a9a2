-- One at a time records what a connection tells. Taken before anything is written, so that the transaction's id, by which the
-- stream is ordered, is given behind the lock: who records later stands later.
SELECT pg_advisory_xact_lock(%(key)s, hashtext(%(uuid)s))
