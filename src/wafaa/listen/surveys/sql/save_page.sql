-- Saves a page of a response with its answers, and the event that tells of it, where there is one: the same page sent again
-- changes nothing further. An answer that was taken back stays as a row without a value. Gives no row, and has changed nothing,
-- where the response is not any more what `seen` says was read of it (its changed_in; empty where there was none).
WITH given AS (
    SELECT * FROM json_populate_record(NULL::listen_surveys_response, %(row)s::json)
), saved AS (
    INSERT INTO listen_surveys_response AS known (
        uuid, survey_id, version_id, collector_id, invitation_id, customer_id, distinct_id, state, language, channel,
        touchpoint, agent, store, product, order_ref, hidden, page_key, page_number, page_seconds, started_at, last_at,
        completed_at, seconds, is_test, is_speeder, is_straight, is_anonymous, outcome, points, edit_until, edits
    )
    SELECT
        uuid, survey_id, version_id, collector_id, invitation_id, customer_id, distinct_id, state, language, channel,
        touchpoint, agent, store, product, order_ref, hidden, page_key, page_number, page_seconds, started_at, last_at,
        completed_at, seconds, is_test, is_speeder, is_straight, is_anonymous, outcome, points, edit_until, edits
    FROM given
    WHERE %(seen)s::text = '' OR EXISTS (SELECT FROM listen_surveys_response AS held WHERE held.uuid = given.uuid)
    ON CONFLICT (uuid) DO UPDATE SET
        state = excluded.state, language = excluded.language, page_key = excluded.page_key,
        page_number = greatest(known.page_number, excluded.page_number),
        page_seconds = known.page_seconds || excluded.page_seconds, last_at = excluded.last_at,
        completed_at = coalesce(known.completed_at, excluded.completed_at), seconds = excluded.seconds,
        is_speeder = excluded.is_speeder, is_straight = excluded.is_straight, outcome = excluded.outcome,
        points = excluded.points, edit_until = excluded.edit_until, edits = excluded.edits,
        changed_in = pg_current_xact_id()
    WHERE known.changed_in::text = %(seen)s::text
    RETURNING id, last_at
), answered AS (
    INSERT INTO listen_surveys_answer AS known (
        response_id, question_key, page_key, type, measure, number, choices, text, points, not_applicable, seconds, at
    )
    SELECT
        saved.id, incoming.question_key, incoming.page_key, incoming.type, incoming.measure, incoming.number,
        incoming.choices, incoming.text, incoming.points, incoming.not_applicable, incoming.seconds, saved.last_at
    FROM saved
    CROSS JOIN json_populate_recordset(NULL::listen_surveys_answer, %(answers)s::json) AS incoming
    ON CONFLICT (response_id, question_key) DO UPDATE SET
        page_key = excluded.page_key, type = excluded.type, measure = excluded.measure, number = excluded.number,
        choices = excluded.choices, text = excluded.text, points = excluded.points,
        not_applicable = excluded.not_applicable, seconds = excluded.seconds, at = excluded.at,
        changed_in = pg_current_xact_id()
    WHERE (known.number, known.choices::text[], known.text, known.not_applicable)
        IS DISTINCT FROM (excluded.number, excluded.choices::text[], excluded.text, excluded.not_applicable)
), invited AS (
    UPDATE listen_surveys_invitation AS invitation SET answered_at = saved.last_at
    FROM saved
    WHERE invitation.id = nullif(%(invitation)s::text, '')::bigint AND invitation.answered_at IS NULL
), /*recording*/
SELECT id FROM saved
