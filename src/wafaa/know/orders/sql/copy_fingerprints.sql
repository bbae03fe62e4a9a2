-- What a source told already, so that importing the same again publishes nothing.
COPY (
    SELECT 'order', external_id, fingerprint FROM know_orders_order WHERE source = %(source)s
    UNION ALL
    SELECT 'refund', external_id, fingerprint FROM know_orders_refund WHERE source = %(source)s
) TO STDOUT (FORMAT csv)
