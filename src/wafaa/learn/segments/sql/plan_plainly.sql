-- For this transaction: a server that compiles costly plans would take longer for those with many partitions than they run.
SELECT set_config('jit', 'off', true)
