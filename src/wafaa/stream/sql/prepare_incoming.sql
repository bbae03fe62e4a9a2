-- The session's table into which bulk events are copied. Long values stay uncompressed: they live for one statement.
CREATE TEMPORARY TABLE IF NOT EXISTS stream_incoming (
    message_id varchar(200),
    type varchar(20),
    name varchar(200),
    distinct_id varchar(200),
    occurred_at timestamptz,
    properties json,
    context json,
    source varchar(50),
    ordinal bigint GENERATED ALWAYS AS IDENTITY
) ON COMMIT DELETE ROWS;
ALTER TABLE stream_incoming ALTER COLUMN properties SET STORAGE EXTERNAL;
TRUNCATE stream_incoming
