-- Saves a page of a response with its answers: the same page sent again changes nothing further. An answer that was taken back
-- stays as a row without a value. Returns the response's number.
WITH saved AS (
    INSERT INTO listen_surveys_response AS known (
        uuid, survey_id, version_id, collector_id, invitation_id, customer_id, distinct_id, state, language, channel,
        touchpoint, agent, store, product, order_ref, hidden, page_key, page_number, page_seconds, started_at, last_at,
        completed_at, seconds, is_test, is_speeder, is_straight, is_anonymous, outcome, points, edit_until, edits
    )
    VALUES (
        %(uuid)s, %(survey)s, %(version)s, %(collector)s, %(invitation)s, %(customer)s, %(distinct_id)s, %(state)s,
        %(language)s, %(channel)s, %(touchpoint)s, %(agent)s, %(store)s, %(product)s, %(order_ref)s, %(hidden)s::jsonb,
        %(page_key)s, %(page_number)s, %(page_seconds)s::jsonb, %(started_at)s, %(last_at)s, %(completed_at)s,
        %(seconds)s, %(is_test)s, %(is_speeder)s, %(is_straight)s, %(is_anonymous)s, %(outcome)s, %(points)s,
        %(edit_until)s, %(edits)s
    )
    ON CONFLICT (uuid) DO UPDATE SET
        state = excluded.state, language = excluded.language, page_key = excluded.page_key,
        page_number = greatest(known.page_number, excluded.page_number),
        page_seconds = known.page_seconds || excluded.page_seconds, last_at = excluded.last_at,
        completed_at = coalesce(known.completed_at, excluded.completed_at), seconds = excluded.seconds,
        is_speeder = excluded.is_speeder, is_straight = excluded.is_straight, outcome = excluded.outcome,
        points = excluded.points, edit_until = excluded.edit_until, edits = excluded.edits,
        changed_in = pg_current_xact_id()
    RETURNING id
), answered AS (
    INSERT INTO listen_surveys_answer AS known (
        response_id, question_key, page_key, type, measure, number, choices, text, points, not_applicable, seconds, at
    )
    SELECT
        saved.id, incoming.question_key, %(page_key)s, incoming.type, incoming.measure, incoming.number,
        ARRAY(SELECT jsonb_array_elements_text(incoming.choices)), incoming.text, incoming.points,
        incoming.not_applicable, %(answer_seconds)s, %(last_at)s
    FROM saved
    CROSS JOIN unnest(
        %(question_keys)s::text[], %(types)s::text[], %(measures)s::text[], %(numbers)s::numeric[], %(choices)s::jsonb[],
        %(texts)s::text[], %(answer_points)s::integer[], %(not_applicable)s::boolean[]
    ) AS incoming (question_key, type, measure, number, choices, text, points, not_applicable)
    ON CONFLICT (response_id, question_key) DO UPDATE SET
        page_key = excluded.page_key, type = excluded.type, measure = excluded.measure, number = excluded.number,
        choices = excluded.choices, text = excluded.text, points = excluded.points,
        not_applicable = excluded.not_applicable, seconds = excluded.seconds, at = excluded.at,
        changed_in = pg_current_xact_id()
    WHERE (known.number, known.choices::text[], known.text, known.not_applicable)
        IS DISTINCT FROM (excluded.number, excluded.choices::text[], excluded.text, excluded.not_applicable)
)
SELECT id FROM saved
