-- A commit that waits for the disk: with it all earlier ones last, whatever they wrote.
SELECT pg_logical_emit_message(true, 'wafaa', '')
