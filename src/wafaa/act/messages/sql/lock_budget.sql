-- One at a time decides who has the budget of customers, until its transaction ends. The number is this lock's name.
SELECT pg_advisory_xact_lock(7236041)
