-- One row per event to be, as in stage_events; what a list says has no time of its own, so the fingerprint leaves it out.
CREATE OR REPLACE TEMP VIEW told_event AS
WITH printed AS (
    SELECT *, CAST(md5(concat_ws(chr(10), distinct_id, properties)) AS UUID)::VARCHAR AS fingerprint
    FROM (SELECT *, {properties} AS properties FROM listed)
)
SELECT
    kind || chr(9) || key || chr(9) || fingerprint || chr(9) || chr(9)
    || CAST(md5({namespace} || ':' || kind || ':' || key || ':' || fingerprint) AS UUID)::VARCHAR
    || ',' || type || ',' || name || ',"' || replace(distinct_id, '"', '""') || '",'
    || strftime(TIMESTAMP {now}, '%Y-%m-%dT%H:%M:%S.%fZ')
    || ',"' || properties
    || '","{{""import"":""' || {namespace} || '"",""fingerprint"":""' || fingerprint || '""}}",' || {source_csv} AS event_line
FROM printed
ORDER BY first_line
