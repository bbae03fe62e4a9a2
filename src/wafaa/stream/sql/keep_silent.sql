-- This transaction will record no event: readers need not wait for its end (get_horizon), and the trigger stream_silence refuses
-- events from now on. Where it has written already, which could have been events, readers wait. Key: the letters WAFA, 1.
SELECT
    CASE WHEN pg_current_xact_id_if_assigned() IS NULL THEN pg_advisory_xact_lock_shared(1463895617, 1) END,
    set_config('wafaa.silent', 'on', true)
