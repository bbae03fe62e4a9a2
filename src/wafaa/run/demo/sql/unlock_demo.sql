-- Gives the demo's lock back.
SELECT pg_advisory_unlock(hashtext('wafaa.run.demo'))
