-- For a chunk of thousands among millions: each is found by an index, whatever a table's statistics say that nobody has taken yet, and
-- nothing is compiled, or kept for another row that is like it.
SELECT set_config('jit', 'off', true), set_config('enable_seqscan', 'off', true), set_config('enable_mergejoin', 'off', true),
    set_config('enable_memoize', 'off', true)
