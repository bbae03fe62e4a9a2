-- The session's table of order and refund events of one batch.
CREATE TEMPORARY TABLE IF NOT EXISTS told_events (
    ordinal integer PRIMARY KEY,
    source varchar,
    distinct_id varchar,
    occurred_at timestamptz,
    properties jsonb,
    context jsonb
) ON COMMIT DELETE ROWS;
ALTER TABLE told_events ALTER COLUMN properties SET STORAGE EXTERNAL;
TRUNCATE told_events
