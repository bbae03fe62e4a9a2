-- Turns the order (xid, position) of events into the order of positions alone. Both are orders in which they may have
-- happened: where two events differ, their transactions ran at the same time. Only what a consumer has read must stay
-- exactly that. Where a checkpoint parts such transactions, so that an unread event has a lower position than one that was
-- read, the events after the first such checkpoint get new positions behind all others, in the order in which they stood.
CREATE TEMPORARY TABLE stream_place ON COMMIT DROP AS
SELECT
    checkpoint.consumer,
    coalesce(max(event.position) FILTER (
        WHERE (event.xid, event.position) <= (checkpoint.xid, checkpoint.position)
    ), 0) AS last_read,
    min(event.position) FILTER (
        WHERE (event.xid, event.position) > (checkpoint.xid, checkpoint.position)
    ) AS first_unread
FROM stream_checkpoint AS checkpoint
LEFT JOIN stream_event AS event ON true
GROUP BY checkpoint.consumer;

CREATE TEMPORARY TABLE stream_parting ON COMMIT DROP AS
SELECT checkpoint.xid, checkpoint.position
FROM stream_checkpoint AS checkpoint
JOIN stream_place AS place ON place.consumer = checkpoint.consumer AND place.first_unread < place.last_read
ORDER BY checkpoint.xid, checkpoint.position
LIMIT 1;

CREATE TEMPORARY TABLE stream_moved ON COMMIT DROP AS
SELECT
    event.xid,
    event.position,
    behind.position + row_number() OVER (ORDER BY event.xid, event.position) AS new_position
FROM stream_event AS event
JOIN stream_parting AS parting ON (event.xid, event.position) > (parting.xid, parting.position)
CROSS JOIN (SELECT coalesce(max(position), 0) AS position FROM stream_event) AS behind;

UPDATE stream_checkpoint AS checkpoint
SET position = CASE
    WHEN (checkpoint.xid, checkpoint.position) >= (SELECT xid, position FROM stream_parting) THEN
        (SELECT coalesce(max(position), 0) FROM stream_event)
        + (
            SELECT count(*) FROM stream_moved AS moved
            WHERE (moved.xid, moved.position) <= (checkpoint.xid, checkpoint.position)
        )
    ELSE place.last_read
END
FROM stream_place AS place
WHERE place.consumer = checkpoint.consumer;

UPDATE stream_parkedevent AS parked
SET position = moved.new_position
FROM stream_moved AS moved
WHERE parked.xid = moved.xid AND parked.position = moved.position;

-- What was under way would not find its place again. Backups of older versions have no such table yet.
DO $$
BEGIN
    IF to_regclass('stream_replay') IS NOT NULL THEN
        UPDATE stream_replay SET state = 'cancelled' WHERE state IN ('waiting', 'running');
    END IF;
END
$$;

UPDATE stream_event AS event
SET position = moved.new_position
FROM stream_moved AS moved
WHERE event.position = moved.position;

SELECT setval('stream_event_position', greatest(
    (SELECT last_value FROM stream_event_position), (SELECT coalesce(max(position), 1) FROM stream_event)
))
