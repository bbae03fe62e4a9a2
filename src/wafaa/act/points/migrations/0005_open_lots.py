"""Whether a lot has something left is a column of its own, so that taking a part of it changes no index: PostgreSQL then writes the
row anew in its page and nothing else. Every function that asked for `remaining > 0` asks for `is_open` from now on.
"""

from django.db import migrations, models

ASKING = """
DO $$
DECLARE one record;
BEGIN
    FOR one IN
        SELECT pg_get_functiondef(oid) AS definition FROM pg_proc
        WHERE proname LIKE 'act\\_points\\_%' AND prosrc LIKE '%remaining > 0%'
    LOOP
        EXECUTE replace(one.definition, 'remaining > 0', 'is_open');
    END LOOP;
END $$;
"""

MOVING = """
-- From one wallet to another; each lot keeps its end. Mostly the first lot has it all, and one statement moves it.
CREATE OR REPLACE FUNCTION act_points_move(
    told_key text, source bigint, target bigint, told_amount bigint, moment timestamptz, told_cause jsonb
) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    unit integer;
    other integer;
    waiting bigint;
    debt bigint;
    made bigint;
    got bigint;
BEGIN
    SELECT giver.unit_id, giver.pending, taker.unit_id INTO unit, waiting, other
    FROM act_points_wallet AS giver, act_points_wallet AS taker WHERE giver.id = source AND taker.id = target;
    IF unit IS NULL THEN PERFORM act_points_unit_of(source), act_points_unit_of(target); END IF;
    IF unit <> other OR source = target THEN RAISE EXCEPTION 'units differ' USING ERRCODE = 'WP424'; END IF;
    made := act_points_note(told_key, 10, unit, source, 11, target, 11, told_amount, moment, told_cause);
    IF made < 0 THEN RETURN made; END IF;
    IF waiting > 0 THEN
        PERFORM act_points_lock(least(source, target));
        PERFORM act_points_ripen(source, moment);
    END IF;
    -- in the order of their ids
    IF target < source THEN
        UPDATE act_points_wallet SET active = active + told_amount WHERE id = target RETURNING owed INTO debt;
    END IF;
    UPDATE act_points_wallet SET active = active - told_amount WHERE id = source AND active >= told_amount;
    IF NOT FOUND THEN
        got := act_points_count_usable(source, moment);
        RAISE EXCEPTION 'too little' USING ERRCODE = 'WP422', DETAIL = got;
    END IF;
    WITH used AS (
        UPDATE act_points_lot SET remaining = remaining - told_amount
        WHERE remaining >= told_amount AND id = (
            SELECT id FROM act_points_lot
            WHERE wallet_id = source AND is_open AND NOT is_pending AND (expires_at IS NULL OR expires_at > moment)
            ORDER BY expires_at, id LIMIT 1
        )
        RETURNING id, expires_at
    ), noted AS (
        INSERT INTO act_points_lotuse (transfer_id, lot_id, amount) SELECT made, id, told_amount FROM used
    )
    INSERT INTO act_points_lot (wallet_id, award_id, amount, remaining, is_pending, expires_at)
    SELECT target, made, told_amount, told_amount, false, expires_at FROM used;
    IF NOT FOUND THEN
        got := act_points_take(made, source, told_amount, moment);
        IF got < told_amount THEN RAISE EXCEPTION 'too little' USING ERRCODE = 'WP422', DETAIL = got; END IF;
        INSERT INTO act_points_lot (wallet_id, award_id, amount, remaining, is_pending, expires_at)
        SELECT target, made, used.amount, used.amount, false, lot.expires_at
        FROM act_points_lotuse AS used JOIN act_points_lot AS lot ON lot.id = used.lot_id WHERE used.transfer_id = made
        ORDER BY lot.expires_at, lot.id;
    END IF;
    IF target > source THEN
        UPDATE act_points_wallet SET active = active + told_amount WHERE id = target RETURNING owed INTO debt;
    END IF;
    IF debt > 0 THEN PERFORM act_points_settle('settle:' || told_key, target, moment); END IF;
    RETURN made;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("act_points", "0004_telling")]

    operations = [
        *(migrations.RemoveIndex("Lot", name) for name in ("lot_to_use", "lot_ending", "lot_ripening")),
        migrations.AddField(
            "Lot",
            "is_open",
            models.GeneratedField(
                expression=models.Q(remaining__gt=0), output_field=models.BooleanField(), db_persist=True
            ),
        ),
        migrations.AddIndex(
            "Lot",
            models.Index(
                fields=["wallet", "expires_at", "id"], name="lot_to_use", condition=models.Q(is_open=True)
            ),
        ),
        migrations.AddIndex(
            "Lot", models.Index(fields=["expires_at"], name="lot_ending", condition=models.Q(is_open=True))
        ),
        migrations.AddIndex(
            "Lot",
            models.Index(
                fields=["usable_from"],
                name="lot_ripening",
                condition=models.Q(is_open=True, is_pending=True),
            ),
        ),
        migrations.RunSQL(ASKING, migrations.RunSQL.noop),
        migrations.RunSQL(MOVING, migrations.RunSQL.noop),
    ]
