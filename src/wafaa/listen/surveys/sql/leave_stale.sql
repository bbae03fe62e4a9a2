-- Marks responses as left, and gives what was answered in each.
WITH left_ones AS (
    UPDATE listen_surveys_response
    SET state = 'partial', changed_in = pg_current_xact_id()
    WHERE id = ANY(%(ids)s::bigint[])
    RETURNING id
)
SELECT left_ones.id, (
    SELECT jsonb_object_agg(
        answer.question_key,
        jsonb_build_array(answer.number::text, answer.choices, answer.text, answer.points, answer.not_applicable)
    )
    FROM listen_surveys_answer AS answer
    WHERE answer.response_id = left_ones.id
)
FROM left_ones
