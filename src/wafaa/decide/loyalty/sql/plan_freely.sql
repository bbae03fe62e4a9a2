-- For what else the transaction does.
SELECT set_config(name, reset_val, true) FROM pg_settings WHERE name IN ('jit', 'enable_seqscan', 'enable_mergejoin', 'enable_memoize')
