-- The copied rows have been recorded.
TRUNCATE stream_incoming
