-- What became of messages, each thing once with its earliest moment; says which of them are news. Told in another order, or twice, it comes to the same.
INSERT INTO act_messages_mark AS mark (message_id, kind, at, is_hard, code)
SELECT given.message_id, given.kind, given.at, given.is_hard, given.code
FROM jsonb_to_recordset(%(marks)s::jsonb) AS given (message_id bigint, kind varchar, at timestamptz, is_hard boolean, code varchar)
ORDER BY given.message_id, given.kind
ON CONFLICT (message_id, kind) DO UPDATE SET
    at = least(mark.at, excluded.at),
    is_hard = mark.is_hard OR excluded.is_hard,
    code = CASE WHEN (excluded.at, excluded.code) < (mark.at, mark.code) THEN excluded.code ELSE mark.code END
RETURNING message_id, kind, xmax = 0
