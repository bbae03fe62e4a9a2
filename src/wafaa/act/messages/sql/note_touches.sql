-- Openings and presses, each once within ten seconds, with the earliest moment of them.
INSERT INTO act_messages_touch AS touch (message_id, kind, target, url, beat, at, agent, heard_at)
SELECT given.message_id, given.kind, given.target, given.url, given.beat, given.at, given.agent, %(now)s
FROM jsonb_to_recordset(%(touches)s::jsonb) AS given (
    message_id bigint, kind varchar, target uuid, url text, beat bigint, at timestamptz, agent varchar
)
ORDER BY given.message_id, given.kind, given.target, given.beat
ON CONFLICT (message_id, kind, target, beat) DO UPDATE SET at = least(touch.at, excluded.at)
