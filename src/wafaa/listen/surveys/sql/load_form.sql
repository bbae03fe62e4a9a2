-- All that one page of a survey needs: the way by its token (a collector's or an invitation's), the survey, whom it is about, and
-- what was answered. One row; what is not there is NULL. The response is locked where it will be written.
WITH asked AS (
    SELECT collector.id AS collector_id, NULL::bigint AS invitation_id, %(customer)s::bigint AS customer_id
    FROM listen_surveys_collector AS collector
    WHERE collector.token = %(token)s::text
    UNION ALL
    SELECT invitation.collector_id, invitation.id, invitation.customer_id
    FROM listen_surveys_invitation AS invitation
    WHERE invitation.token = %(token)s::text
    LIMIT 1
), held AS (
    SELECT * FROM listen_surveys_response WHERE uuid = %(response)s::uuid /*lock*/
)
SELECT
    collector.id, collector.kind, collector.store, collector.agent, collector.touchpoint, collector.table_name,
    collector.single_use, collector.closes_at, collector.quota, collector.is_stopped, collector.settings,
    survey.id, survey.uuid, survey.name, survey.state, survey.template_key, survey.touchpoint, survey.response_quota,
    survey.opens_at, survey.closes_at, survey.current_version_id,
    invitation.id, invitation.order_ref, invitation.product_ref, invitation.store, invitation.agent,
    invitation.touchpoint, invitation.hidden, invitation.opened_at, invitation.answered_at, invitation.expires_at,
    customer.id, customer.name, customer.city, customer.country, customer.language,
    (
        SELECT known.distinct_id FROM know_customers_distinctid AS known
        WHERE known.customer_id = customer.id
        ORDER BY known.distinct_id
        LIMIT 1
    ),
    held.id, held.version_id, held.collector_id, held.invitation_id, held.state, held.language, held.page_seconds,
    held.started_at, held.completed_at, held.edit_until, held.edits, held.is_test, held.outcome, held.page_number,
    held.hidden, held.changed_in::text,
    (
        SELECT jsonb_object_agg(
            answer.question_key,
            jsonb_build_array(answer.number::text, answer.choices, answer.text, answer.points, answer.not_applicable)
        )
        FROM listen_surveys_answer AS answer
        WHERE answer.response_id = held.id
    )
FROM (VALUES (1)) AS one (row)
LEFT JOIN asked ON TRUE
LEFT JOIN held ON TRUE
LEFT JOIN listen_surveys_collector AS collector ON collector.id = asked.collector_id
LEFT JOIN listen_surveys_survey AS survey ON survey.id = coalesce(collector.survey_id, held.survey_id)
LEFT JOIN listen_surveys_invitation AS invitation ON invitation.id = asked.invitation_id
LEFT JOIN know_customers_customer AS customer ON customer.id = asked.customer_id
