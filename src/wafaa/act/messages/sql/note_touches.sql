-- Openings and presses, each once within ten seconds, with the earliest moment of them. Of a message whose links somebody presses
-- without end only so many are kept: all of a message are judged together, in the thread that releases messages.
INSERT INTO act_messages_touch AS touch (message_id, kind, target, url, beat, at, agent, heard_at)
SELECT given.message_id, given.kind, given.target, given.url, given.beat, given.at, given.agent, %(now)s
FROM (
    SELECT told.*, row_number() OVER (PARTITION BY told.message_id ORDER BY told.at, told.kind, told.target) AS place
    FROM jsonb_to_recordset(%(touches)s::jsonb) AS told (
        message_id bigint, kind varchar, target uuid, url text, beat bigint, at timestamptz, agent varchar
    )
) AS given
WHERE
    given.place <= %(most)s - (SELECT count(*) FROM act_messages_touch AS kept WHERE kept.message_id = given.message_id)
    OR EXISTS (
        SELECT FROM act_messages_touch AS kept
        WHERE (kept.message_id, kept.kind, kept.target, kept.beat) = (given.message_id, given.kind, given.target, given.beat)
    )
ORDER BY given.message_id, given.kind, given.target, given.beat
ON CONFLICT (message_id, kind, target, beat) DO UPDATE SET at = least(touch.at, excluded.at)
