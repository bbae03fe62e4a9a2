-- These events are tried again; returns what they failed with.
DELETE FROM stream_parkedevent AS parked
USING unnest(%(xids)s::xid8[], %(positions)s::bigint[]) AS tried (xid, position)
WHERE parked.consumer = %(consumer)s AND parked.xid = tried.xid AND parked.position = tried.position
RETURNING parked.position, parked.error
