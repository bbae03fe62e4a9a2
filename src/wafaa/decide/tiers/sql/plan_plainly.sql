-- No compiling of a statement over thousands of members: it costs as much as they do.
SELECT set_config('jit', 'off', true)
