-- Events whose message ids were taken in the same transaction, as text rows.
COPY stream_event (message_id, type, name, distinct_id, occurred_at, received_at, properties, context, source) FROM STDIN
