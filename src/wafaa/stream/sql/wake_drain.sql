-- Tells whoever hands events on that there are new ones, and their names as JSON.
SELECT pg_notify('wafaa_stream', %s)
