-- One at a time decides whom to ask, until its transaction ends: two rules never ask one person at once. The number is this lock's name.
SELECT pg_advisory_xact_lock(7236055)
