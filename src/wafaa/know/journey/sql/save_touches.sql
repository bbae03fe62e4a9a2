-- Keeps the touches that are new, and joins them with the visits around them: a visit is what has no silence in it.
-- Whatever the order of arrival, the same touches make the same visits: intervals are only ever joined, counts added,
-- stages united, and a visit's entry is the least of its first touches.
WITH told AS MATERIALIZED (
    SELECT
        (%(positions)s::bigint[])[event.ordinal] AS position,
        traveller.id AS traveller_id,
        event.name,
        event.occurred_at AS at,
        event.type IN ('page', 'screen') AS is_page,
        known.bit | 1 AS stages,
        know_journey_channel(event.type, event.context) AS channel,
        know_journey_cut(coalesce(
            event.properties ->> 'path', event.context -> 'page' ->> 'path', event.properties ->> 'name'
        )) AS entry_page,
        know_journey_cut(coalesce(event.properties ->> 'referrer', event.context -> 'page' ->> 'referrer')) AS referrer,
        know_journey_cut(coalesce(event.context -> 'campaign' ->> 'name', event.context -> 'campaign' ->> 'source')) AS campaign
    FROM stream_events_at(%(xids)s::xid8[], %(positions)s::bigint[], %(times)s::timestamptz[]) AS event
    JOIN unnest(%(names)s::varchar[], %(bits)s::integer[]) AS known (name, bit) ON known.name = event.name
    JOIN know_journey_traveller AS traveller ON traveller.distinct_id = event.distinct_id
    WHERE know_journey_is_touch(event.source, event.type, event.context)
), fresh AS (
    INSERT INTO know_journey_touch (position, traveller_id, name, at)
    SELECT position, traveller_id, name, at FROM told ORDER BY position
    ON CONFLICT (position) DO NOTHING
    RETURNING position
), new AS MATERIALIZED (
    SELECT told.* FROM told JOIN fresh USING (position)
), reach AS (
    SELECT traveller_id, min(at) - %(silence)s AS low, max(at) + %(silence)s AS high FROM new GROUP BY traveller_id
), pieces AS (
    SELECT
        NULL::bigint AS id, traveller_id, at AS started_at, at AS ended_at, is_page::integer AS pages, 1 AS events,
        stages, channel, entry_page, referrer, campaign
    FROM new
    UNION ALL
    SELECT
        visit.id, visit.traveller_id, visit.started_at, visit.ended_at, visit.pages, visit.events,
        visit.stages::integer, visit.channel, visit.entry_page, visit.referrer, visit.campaign
    FROM reach
    JOIN know_journey_visit AS visit USING (traveller_id)
    WHERE visit.ended_at > reach.low AND visit.started_at < reach.high AND visit.events > 0
), marked AS (
    SELECT
        *,
        CASE WHEN started_at < %(silence)s + max(ended_at) OVER (
            PARTITION BY traveller_id ORDER BY started_at, ended_at ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        ) THEN 0 ELSE 1 END AS begins
    FROM pieces
), numbered AS (
    -- of equals the one that begins comes first
    SELECT
        *,
        sum(begins) OVER (
            PARTITION BY traveller_id ORDER BY started_at, ended_at, begins DESC ROWS UNBOUNDED PRECEDING
        ) AS island
    FROM marked
), ranked AS (
    SELECT
        *,
        row_number() OVER (
            PARTITION BY traveller_id, island
            ORDER BY started_at, entry_page COLLATE "C", referrer COLLATE "C", campaign COLLATE "C", channel COLLATE "C"
        ) AS place
    FROM numbered
), joined AS MATERIALIZED (
    SELECT
        traveller_id,
        min(id) AS id,
        array_agg(id) FILTER (WHERE id IS NOT NULL) AS ids,
        min(started_at) AS started_at,
        max(ended_at) AS ended_at,
        sum(pages)::integer AS pages,
        sum(events)::integer AS events,
        bit_or(stages) AS stages,
        max(channel) FILTER (WHERE place = 1) AS channel,
        max(entry_page) FILTER (WHERE place = 1) AS entry_page,
        max(referrer) FILTER (WHERE place = 1) AS referrer,
        max(campaign) FILTER (WHERE place = 1) AS campaign
    FROM ranked
    GROUP BY traveller_id, island
    HAVING bool_or(id IS NULL)
), grown AS (
    UPDATE know_journey_visit AS visit
    SET started_at = joined.started_at, ended_at = joined.ended_at, pages = joined.pages, events = joined.events,
        stages = joined.stages, channel = joined.channel, entry_page = joined.entry_page, referrer = joined.referrer,
        campaign = joined.campaign, changed_in = pg_current_xact_id()
    FROM joined
    WHERE visit.id = joined.id
), emptied AS (
    UPDATE know_journey_visit AS visit
    SET pages = 0, events = 0, changed_in = pg_current_xact_id()
    FROM joined CROSS JOIN LATERAL unnest(joined.ids) AS part (id)
    WHERE visit.id = part.id AND part.id <> joined.id
)
INSERT INTO know_journey_visit
    (traveller_id, started_at, ended_at, pages, events, stages, channel, entry_page, referrer, campaign)
SELECT traveller_id, started_at, ended_at, pages, events, stages, channel, entry_page, referrer, campaign
FROM joined
WHERE id IS NULL
ORDER BY traveller_id, started_at
