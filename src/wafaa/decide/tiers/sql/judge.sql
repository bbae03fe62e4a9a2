-- Where members stand in one set, judged anew from facts, and written: standings, what was reached, changes. Members are locked.
--
-- A tier is held by who has the amount now, or reached it before, provided that what counted then still does and that it stays
-- for a while yet or was kept since. What is lost by time is held through its grace and then falls; what is refunded falls at once.
-- Gives a row for each member whose tier is another, who is to be told of an end, or whose grace begins.
WITH member AS MATERIALIZED (
    SELECT
        member.id, member.customer_id,
        CASE
            WHEN %(counts_past)s::boolean THEN '-infinity'
            WHEN programme.is_automatic THEN programme.started_at
            ELSE greatest(programme.started_at, member.joined_at)
        END AS since
    FROM decide_loyalty_member AS member
    JOIN decide_loyalty_programme AS programme ON programme.id = member.programme_id
    WHERE member.id = ANY (%(members)s::bigint[]) AND member.customer_id IS NOT NULL AND member.left_at IS NULL
),
ladder AS (
    SELECT * FROM jsonb_to_recordset(%(tiers)s::jsonb) AS tier (place integer, code text, needs bigint, keeps bigint)
),
stood AS MATERIALIZED (
    SELECT standing.* FROM decide_tiers_standing AS standing JOIN member ON member.id = standing.member_id
    WHERE standing.set_code = %(set)s
),
reached AS MATERIALIZED (
    SELECT reached.* FROM decide_tiers_reached AS reached JOIN member ON member.id = reached.member_id
    WHERE reached.set_code = %(set)s
),
bound AS MATERIALIZED (
    SELECT least(
        coalesce(%(before)s::timestamptz, %(start)s::timestamptz, '-infinity'), min(coalesce(reached.start, '-infinity'))
    ) AS least
    FROM reached
),
fact AS MATERIALIZED (
    /*facts*/
),
sums AS MATERIALIZED (
    SELECT
        member.id AS member_id,
        greatest(0, coalesce(sum(fact.amount) FILTER (
            WHERE fact.at >= coalesce(%(start)s::timestamptz, '-infinity') AND fact.at < coalesce(%(end)s::timestamptz, 'infinity')
        ), 0))::bigint AS amount,
        greatest(0, coalesce(sum(fact.amount) FILTER (
            WHERE fact.at >= %(before)s::timestamptz AND fact.at < %(start)s::timestamptz
        ), 0))::bigint AS amount_before
    FROM member LEFT JOIN fact ON fact.member_id = member.id
    GROUP BY member.id
),
proof AS (
    SELECT
        reached.id,
        reached.basis <> %(basis)s OR coalesce(sum(fact.amount), 0) >= reached.needs AS stands
    FROM reached
    LEFT JOIN fact ON fact.member_id = reached.member_id
        AND fact.at >= coalesce(reached.start, '-infinity') AND fact.at < coalesce(reached.end, 'infinity')
    GROUP BY reached.id, reached.basis, reached.needs
),
tried AS (
    SELECT
        sums.member_id, ladder.place, ladder.code, ladder.needs, ladder.keeps, reached.until,
        sums.amount >= ladder.needs AS merits,
        coalesce(proof.stands, false) AS stands,
        coalesce(reached.until <= %(at)s::timestamptz, reached.id IS NULL) AS is_free, -- nothing promised it for longer
        CASE %(kept_by)s WHEN 'amount' THEN sums.amount >= ladder.keeps WHEN 'before' THEN sums.amount_before >= ladder.keeps ELSE false
        END AS is_kept
    FROM sums
    CROSS JOIN ladder
    LEFT JOIN reached ON reached.member_id = sums.member_id AND reached.tier = ladder.code
    LEFT JOIN proof ON proof.id = reached.id
),
rung AS MATERIALIZED (
    SELECT
        tried.*, merits OR stands AND (NOT is_free OR is_kept) AS is_held,
        -- reached now, or for another while
        needs > 0 AND (merits AND (NOT stands OR is_free AND %(renews)s::boolean)) AS is_reached,
        needs > 0 AND NOT merits AND stands AND is_free AND is_kept AND %(renews)s::boolean AS is_renewed
    FROM tried
),
top AS (
    SELECT member_id, coalesce(max(place) FILTER (WHERE is_held), 0) AS place FROM rung GROUP BY member_id
),
looked AS (
    SELECT
        sums.member_id, sums.amount, stood.id AS standing_id, stood.tier AS had, stood.since, stood.keeps_until, stood.grace_until,
        stood.warned_at, top.place AS top, coalesce(mine.place, 0) AS mine,
        coalesce(top.place < mine.place AND mine.stands, false) AS is_lost,
        CASE WHEN %(guards)s::boolean THEN least(mine.until, %(at)s::timestamptz) ELSE %(at)s::timestamptz END AS lost_at
    FROM sums
    JOIN top ON top.member_id = sums.member_id
    LEFT JOIN stood ON stood.member_id = sums.member_id
    LEFT JOIN rung AS mine ON mine.member_id = sums.member_id AND mine.code = stood.tier
),
decided AS MATERIALIZED (
    SELECT
        looked.*, coalesce(mercy.until > %(at)s::timestamptz, false) AS is_in_grace, mercy.until AS mercy_until,
        CASE
            WHEN NOT looked.is_lost THEN looked.top
            WHEN mercy.until > %(at)s::timestamptz THEN looked.mine
            WHEN %(falls)s = 'step' THEN greatest(looked.top, looked.mine - 1)
            ELSE looked.top
        END AS place
    FROM looked
    CROSS JOIN LATERAL (
        SELECT CASE WHEN looked.is_lost AND %(grace)s <> '' THEN coalesce(looked.grace_until, (
            date_trunc('day', looked.lost_at AT TIME ZONE %(zone)s) + nullif(%(grace)s, '')::interval) AT TIME ZONE %(zone)s) END AS until
    ) AS mercy
),
-- the day after which a rolling window holds less than keeps the tier, if nothing comes; none where it holds less already
days AS (
    SELECT fact.member_id, ladder.keeps, date_trunc('day', fact.at AT TIME ZONE %(zone)s) AS day, sum(fact.amount) AS amount
    FROM decided
    JOIN ladder ON ladder.place = decided.place AND ladder.needs > 0 AND ladder.keeps <= decided.amount
    JOIN fact ON fact.member_id = decided.member_id AND fact.at >= %(start)s::timestamptz
    WHERE %(span)s = 'rolling'
    GROUP BY fact.member_id, ladder.keeps, date_trunc('day', fact.at AT TIME ZONE %(zone)s)
),
falls AS (
    SELECT member_id, (min(day) FILTER (WHERE rest < keeps) + %(lasts)s::interval + interval '1 day') AT TIME ZONE %(zone)s AS at
    FROM (
        SELECT member_id, keeps, day, sum(amount) OVER (PARTITION BY member_id ORDER BY day DESC) - amount AS rest FROM days
    ) AS running
    GROUP BY member_id
),
ends AS (
    SELECT
        decided.*, coalesce(ladder.code, '') AS tier, ladder.keeps, falls.at AS falls_at,
        decided.place <> decided.mine OR decided.standing_id IS NULL OR decided.had <> coalesce(ladder.code, '') AS is_new,
        NOT coalesce(rung.is_held, true) AND NOT decided.is_in_grace AS is_stepped, -- to what is not earned itself
        coalesce(ladder.needs, 0) = 0 AS is_ground,
        CASE
            WHEN coalesce(ladder.needs, 0) = 0 OR %(span)s = 'life' THEN NULL
            WHEN decided.is_in_grace THEN coalesce(decided.keeps_until, decided.lost_at)
            WHEN %(span)s = 'rolling' AND NOT %(renews)s::boolean
            THEN greatest(CASE WHEN rung.is_held THEN rung.until ELSE %(step_until)s::timestamptz END, falls.at)
            WHEN rung.is_reached OR rung.is_renewed THEN %(until)s::timestamptz
            WHEN NOT rung.is_held THEN %(step_until)s::timestamptz
            ELSE rung.until
        END AS ends_at
    FROM decided
    LEFT JOIN ladder ON ladder.place = decided.place
    LEFT JOIN rung ON rung.member_id = decided.member_id AND rung.place = decided.place
    LEFT JOIN falls ON falls.member_id = decided.member_id
),
final AS MATERIALIZED (
    SELECT
        ends.*,
        -- who is placed by new definitions is warned in a moment
        CASE WHEN warning.was THEN ends.warned_at WHEN warning.is_due AND NOT %(is_placing)s::boolean THEN %(at)s::timestamptz
        END AS warned,
        warning.is_due AND NOT warning.was AND NOT is_new AND NOT %(is_placing)s::boolean AS is_warned,
        CASE WHEN warning.is_due AND %(is_placing)s::boolean THEN %(at)s::timestamptz
            WHEN %(warns_days)s::integer > 0 AND warning.at > %(at)s::timestamptz THEN warning.at END AS looks_at,
        is_in_grace AND ends.grace_until IS NULL AS begins_grace
    FROM ends
    CROSS JOIN LATERAL (SELECT ends_at - make_interval(days => %(warns_days)s::integer) AS at) AS early
    CROSS JOIN LATERAL (
        SELECT
            early.at,
            coalesce(ends.warned_at IS NOT NULL AND ends.keeps_until = ends.ends_at AND NOT is_new, false) AS was,
            coalesce(early.at <= %(at)s::timestamptz AND %(warns_days)s::integer > 0 AND NOT is_in_grace AND CASE
                WHEN NOT %(renews)s::boolean THEN true
                WHEN %(span)s = 'rolling' THEN coalesce(ends.falls_at <= ends_at, true)
                ELSE ends_at <= %(end)s::timestamptz AND amount < keeps
            END, false) AS is_due
    ) AS warning
),
written AS (
    INSERT INTO decide_tiers_reached AS stands (member_id, set_code, tier, basis, needs, start, "end", until)
    SELECT
        rung.member_id, %(set)s, rung.code, %(basis)s,
        CASE WHEN is_reached THEN rung.needs WHEN is_renewed THEN rung.keeps ELSE 0 END,
        CASE WHEN is_renewed THEN coalesce(%(before)s::timestamptz, %(start)s::timestamptz) ELSE %(start)s::timestamptz END,
        CASE WHEN is_renewed AND %(before)s::timestamptz IS NOT NULL THEN %(start)s::timestamptz ELSE %(proof_end)s::timestamptz END,
        CASE WHEN is_reached OR is_renewed THEN %(until)s::timestamptz ELSE %(step_until)s::timestamptz END
    FROM rung JOIN final ON final.member_id = rung.member_id
    WHERE is_reached OR is_renewed OR final.is_stepped AND rung.place = final.place
    ORDER BY rung.member_id, rung.place
    ON CONFLICT (member_id, set_code, tier) DO UPDATE
    SET basis = excluded.basis, needs = excluded.needs, start = excluded.start, "end" = excluded.end, until = excluded.until
),
forgotten AS (
    DELETE FROM decide_tiers_reached AS gone
    USING reached
    LEFT JOIN rung ON rung.member_id = reached.member_id AND rung.code = reached.tier
    JOIN final ON final.member_id = reached.member_id
    WHERE gone.id = reached.id AND NOT coalesce(rung.is_held, false) AND reached.tier <> final.tier
),
put AS (
    INSERT INTO decide_tiers_standing AS stands (
        programme_id, member_id, set_code, tier, since, keeps_until, grace_until, warned_at, amount, due_at
    )
    SELECT
        %(programme)s, member_id, %(set)s, tier, CASE WHEN is_new THEN %(at)s::timestamptz ELSE since END, ends_at,
        CASE WHEN is_in_grace THEN mercy_until END, warned, amount,
        CASE WHEN is_in_grace THEN mercy_until WHEN is_ground THEN NULL ELSE greatest(
            least(ends_at, CASE WHEN warned IS NULL THEN looks_at END),
            CASE WHEN ends_at <= %(at)s::timestamptz THEN %(tomorrow)s::timestamptz END
        ) END
    FROM final ORDER BY member_id
    ON CONFLICT (member_id, set_code) DO UPDATE
    SET tier = excluded.tier, since = excluded.since, keeps_until = excluded.keeps_until, grace_until = excluded.grace_until,
        warned_at = excluded.warned_at, amount = excluded.amount, due_at = excluded.due_at
    WHERE (stands.tier, stands.since, stands.keeps_until, stands.grace_until, stands.warned_at, stands.amount, stands.due_at)
        IS DISTINCT FROM (excluded.tier, excluded.since, excluded.keeps_until, excluded.grace_until, excluded.warned_at,
            excluded.amount, excluded.due_at)
),
noted AS (
    INSERT INTO decide_tiers_change (member_id, set_code, before, after, why, at, version_id)
    SELECT
        member_id, %(set)s, coalesce(had, ''), tier,
        CASE
            WHEN %(is_placing)s::boolean THEN 'placed' WHEN place > mine THEN 'reached' WHEN is_lost THEN 'ended' ELSE 'reversed'
        END,
        %(at)s, %(version)s
    FROM final
    WHERE coalesce(had, '') <> tier AND NOT (standing_id IS NULL AND is_ground)
    ORDER BY member_id
    RETURNING id, member_id, why
)
SELECT
    final.member_id, noted.id, coalesce(final.had, ''), final.tier, noted.why, final.place >= final.mine, final.ends_at,
    CASE WHEN final.is_in_grace THEN final.mercy_until END, final.is_warned, final.begins_grace,
    greatest(0, final.keeps - final.amount)
FROM final LEFT JOIN noted ON noted.member_id = final.member_id
WHERE coalesce(final.had, '') <> final.tier OR final.is_warned OR final.begins_grace
ORDER BY final.member_id
