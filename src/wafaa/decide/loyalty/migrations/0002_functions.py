"""What published versions hold against changes, and the small functions that the judging statement is made of."""

from django.db import migrations

HELD = """
ALTER TABLE decide_loyalty_earning SET (fillfactor = 80);

CREATE FUNCTION decide_loyalty_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a published version of a programme never changes' USING ERRCODE = 'WL001';
END $$;
CREATE TRIGGER version_is_immutable BEFORE UPDATE OR DELETE ON decide_loyalty_version
FOR EACH ROW WHEN (OLD.published_at IS NOT NULL) EXECUTE FUNCTION decide_loyalty_refuse();

CREATE FUNCTION decide_loyalty_hold_rule() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    held bigint := CASE WHEN TG_OP = 'INSERT' THEN NEW.version_id ELSE OLD.version_id END;
BEGIN
    IF EXISTS (SELECT FROM decide_loyalty_version WHERE id = held AND published_at IS NOT NULL) THEN
        RAISE EXCEPTION 'a rule of a published version never changes' USING ERRCODE = 'WL001';
    END IF;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER rule_is_immutable BEFORE INSERT OR UPDATE OR DELETE ON decide_loyalty_rule
FOR EACH ROW EXECUTE FUNCTION decide_loyalty_hold_rule();
"""

DROP_HELD = """
DROP TRIGGER rule_is_immutable ON decide_loyalty_rule;
DROP FUNCTION decide_loyalty_hold_rule;
DROP TRIGGER version_is_immutable ON decide_loyalty_version;
DROP FUNCTION decide_loyalty_refuse;
"""

RECKONING = """
-- A quotient as a whole number: rounded down, half up, or up. At most a quadrillion, which is what the ledger bears.
CREATE FUNCTION decide_loyalty_round(amount numeric, per numeric, how text) RETURNS numeric LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT least(1000000000000000, CASE how
        WHEN 'down' THEN div(amount, per)
        WHEN 'half' THEN div(2 * amount + per, 2 * per)
        ELSE div(amount, per) + sign(mod(amount, per))
    END)
$$;

-- What caps leave of points: at first what there is room for; seen again never more than before, unless there are more points now.
CREATE FUNCTION decide_loyalty_cap(points numeric, had_points bigint, had_capped bigint, room numeric, may_use boolean)
RETURNS numeric LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE
        WHEN points = 0 OR NOT may_use THEN 0
        WHEN had_points IS NULL THEN greatest(0, least(points, room))
        WHEN points <= had_points THEN least(points, had_capped)
        ELSE had_capped + greatest(0, least(points - had_points, room - had_capped))
    END
$$;

-- The same for all rules together: how much the occasion may have.
CREATE FUNCTION decide_loyalty_ceiling(points numeric, had_points numeric, had_target numeric, room numeric)
RETURNS numeric LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE
        WHEN had_points IS NULL THEN greatest(0, room)
        WHEN points <= had_points THEN had_target
        ELSE had_target + greatest(0, least(points - had_points, room - had_target))
    END
$$;

-- The day (1), week, month, year that a moment lies in, by the business's calendar; 5 is ever.
CREATE FUNCTION decide_loyalty_start(moment timestamptz, zone text, week_start integer, span bigint) RETURNS timestamptz
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE span
        WHEN 1 THEN date_trunc('day', moment AT TIME ZONE zone) AT TIME ZONE zone
        WHEN 2 THEN (date_trunc('day', moment AT TIME ZONE zone)
            - make_interval(days => (extract(isodow FROM moment AT TIME ZONE zone)::integer - week_start + 7) % 7)) AT TIME ZONE zone
        WHEN 3 THEN date_trunc('month', moment AT TIME ZONE zone) AT TIME ZONE zone
        WHEN 4 THEN date_trunc('year', moment AT TIME ZONE zone) AT TIME ZONE zone
        ELSE '-infinity'
    END
$$;
CREATE FUNCTION decide_loyalty_end(moment timestamptz, zone text, week_start integer, span bigint) RETURNS timestamptz
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE WHEN span > 4 THEN 'infinity' ELSE (
        (decide_loyalty_start(moment, zone, week_start, span) AT TIME ZONE zone)
        + (ARRAY['1 day', '7 days', '1 month', '1 year']::interval[])[span]
    ) AT TIME ZONE zone END
$$;

-- When an award ends: at the end of a day, of the month, quarter or year in which its life is over, or after a fixed last day.
CREATE FUNCTION decide_loyalty_expiry(moment timestamptz, zone text, lives text, lives_to text, last_day date) RETURNS timestamptz
LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT CASE
        WHEN last_day IS NOT NULL THEN (last_day + 1)::timestamp AT TIME ZONE zone
        WHEN lives = '' THEN NULL
        ELSE (
            date_trunc(CASE lives_to WHEN '' THEN 'day' ELSE lives_to END, (moment AT TIME ZONE zone) + lives::interval)
            + CASE lives_to
                WHEN '' THEN interval '1 day' WHEN 'month' THEN interval '1 month' WHEN 'quarter' THEN interval '3 months'
                ELSE interval '1 year' END
        ) AT TIME ZONE zone
    END
$$;
"""

DROP_RECKONING = """
DROP FUNCTION decide_loyalty_expiry;
DROP FUNCTION decide_loyalty_end;
DROP FUNCTION decide_loyalty_start;
DROP FUNCTION decide_loyalty_ceiling;
DROP FUNCTION decide_loyalty_cap;
DROP FUNCTION decide_loyalty_round;
"""


class Migration(migrations.Migration):
    dependencies = [("decide_loyalty", "0001_initial")]

    operations = [
        migrations.RunSQL(HELD, DROP_HELD),
        migrations.RunSQL(RECKONING, DROP_RECKONING),
    ]
