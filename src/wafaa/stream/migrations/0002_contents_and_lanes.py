from django.db import migrations

# LIMIT keeps each look-up a probe of one partition's index, whatever the planner believes about the table's size.
CREATE_FUNCTIONS = """
CREATE FUNCTION stream_events_at(xids xid8[], positions bigint[], times timestamptz[])
RETURNS TABLE (
    ordinal bigint, message_id varchar, type varchar, name varchar, distinct_id varchar, occurred_at timestamptz,
    properties json, context json, source varchar
)
LANGUAGE sql STABLE
AS $$
SELECT
    place.ordinal, event.message_id, event.type, event.name, event.distinct_id, event.occurred_at,
    event.properties, event.context, event.source
FROM unnest(xids, positions, times) WITH ORDINALITY AS place (xid, "position", received_at, ordinal)
CROSS JOIN LATERAL (
    SELECT * FROM stream_event AS stored
    WHERE stored.xid = place.xid AND stored.position = place.position AND stored.received_at = place.received_at
    LIMIT 1
) AS event
$$;

-- md5 because it never changes: a hash that did would hand events to a lane that has passed them.
CREATE FUNCTION stream_lane(distinct_id varchar, lanes integer) RETURNS integer LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
SELECT CASE WHEN lanes = 1 THEN 0 ELSE ('x' || left(md5(distinct_id), 7))::bit(28)::integer % lanes END
$$;
"""
DROP_FUNCTIONS = """
DROP FUNCTION stream_events_at(xid8[], bigint[], timestamptz[]);
DROP FUNCTION stream_lane(varchar, integer);
"""


class Migration(migrations.Migration):
    """The door to events' contents for SQL of other rooms (stream.rules.get_places), and the lanes of a consumer."""

    dependencies = [("stream", "0001_initial")]

    operations = [migrations.RunSQL(CREATE_FUNCTIONS, DROP_FUNCTIONS)]
