-- Bulk events arrive as CSV rows or as text rows.
COPY stream_incoming (message_id, type, name, distinct_id, occurred_at, properties, context, source) FROM STDIN
