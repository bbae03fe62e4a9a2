from django.db import migrations

# A plain view costs nothing: the planner reads through it. Where an event stands (xid) is the drain's own.
CREATE_VIEW = """
CREATE VIEW stream_events AS
SELECT position, message_id, type, name, distinct_id, occurred_at, received_at, properties, context, source
FROM stream_event
"""
DROP_VIEW = "DROP VIEW stream_events"


class Migration(migrations.Migration):
    """The door to events for SQL of other rooms that asks by name, time or whose they are; by place it is stream_events_at."""

    dependencies = [("stream", "0008_refused_envelopes")]

    operations = [migrations.RunSQL(CREATE_VIEW, DROP_VIEW)]
