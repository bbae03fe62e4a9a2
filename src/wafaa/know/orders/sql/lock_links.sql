-- Refunds look for their order and orders for the refunds that came before them; neither sees what the other has not committed.
-- So a batch with refunds is alone, and batches of orders run side by side.
SELECT CASE WHEN %(alone)s THEN pg_advisory_xact_lock(%(key)s) ELSE pg_advisory_xact_lock_shared(%(key)s) END
