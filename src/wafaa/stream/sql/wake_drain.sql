-- Tells whoever hands events on that there are new ones.
SELECT pg_notify('wafaa_stream', '')
