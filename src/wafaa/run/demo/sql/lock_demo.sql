-- Takes the demo's lock for this session, or says false at once.
SELECT pg_try_advisory_lock(hashtext('wafaa.run.demo'))
