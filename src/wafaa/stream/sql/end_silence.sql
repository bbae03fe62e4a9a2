-- For the rest of a transaction that had written before it was silent.
SELECT set_config('wafaa.silent', '', true)
