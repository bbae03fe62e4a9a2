-- Keeps the codes that came in and are new, in the order of their texts: of two who insert the same ones neither waits for the
-- other in a circle. Returns the ordinals of those that were there, or came in twice.
WITH made AS (
    INSERT INTO act_vouchers_code (text, pool_id, batch_id, is_personal, uses, uses_max, is_withdrawn, created_at)
    SELECT DISTINCT text, %(pool)s::bigint, %(batch)s::bigint, false, 0, %(uses_max)s::integer, false, %(now)s::timestamptz
    FROM act_vouchers_incoming
    ORDER BY text
    ON CONFLICT (text) DO NOTHING
    RETURNING text
)
SELECT ordinal
FROM (SELECT ordinal, text, row_number() OVER (PARTITION BY text ORDER BY ordinal) AS place FROM act_vouchers_incoming) one
WHERE place > 1 OR NOT EXISTS (SELECT FROM made WHERE made.text = one.text)
ORDER BY ordinal
