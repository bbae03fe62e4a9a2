-- Keeps the milestones that these events tell; one that is there already takes the later promise, so that the order of
-- arrival doesn't matter. Reasons are folded: small letters, one low line for what is no letter.
INSERT INTO know_journey_milestone AS kept
    (traveller_id, source, kind, number, step, at, due_at, reason, seconds)
SELECT
    traveller.id,
    event.source,
    known.kind,
    left(event.properties ->> known.number, 200),
    event.name,
    event.occurred_at,
    max(know_journey_moment(event.properties ->> 'promised_at')),
    coalesce(max(left(trim(BOTH '_' FROM regexp_replace(
        lower(event.properties ->> 'reason'), '[[:space:][:punct:]]+', '_', 'g'
    )), 100) COLLATE "C"), ''),
    max(know_journey_seconds(coalesce(event.properties ->> 'duration_s', event.properties ->> 'dwell_s')))
FROM stream_events_at(%(xids)s::xid8[], %(positions)s::bigint[], %(times)s::timestamptz[]) AS event
JOIN unnest(%(names)s::varchar[], %(kinds)s::varchar[], %(numbers)s::varchar[]) AS known (name, kind, number)
    ON known.name = event.name
JOIN know_journey_traveller AS traveller ON traveller.distinct_id = event.distinct_id
WHERE event.properties ->> known.number <> ''
GROUP BY traveller.id, event.source, known.kind, left(event.properties ->> known.number, 200), event.name, event.occurred_at
ORDER BY 1, 3, 4, 5, 6, 2
ON CONFLICT (traveller_id, kind, number, step, at, source) DO UPDATE
SET due_at = greatest(kept.due_at, excluded.due_at),
    reason = greatest(kept.reason COLLATE "C", excluded.reason COLLATE "C"),
    seconds = greatest(kept.seconds, excluded.seconds),
    changed_in = pg_current_xact_id()
WHERE (kept.due_at, kept.reason, kept.seconds) IS DISTINCT FROM (
    greatest(kept.due_at, excluded.due_at),
    greatest(kept.reason COLLATE "C", excluded.reason COLLATE "C"),
    greatest(kept.seconds, excluded.seconds)
)
