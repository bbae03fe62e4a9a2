-- How long this transaction waits for a lock, in milliseconds; 0 is without end.
SELECT set_config('lock_timeout', %(milliseconds)s::text, true)
