"""PostgreSQL reads the text of each CHECK of a table anew for every statement that writes there: a third of what a move cost. So each
table's rules stand in one, and in as few words as say the same. The tables are read through once for it.

A move locks wallets by changing them, which tells their units, too; it asks nothing beforehand.
"""

from django.db import migrations, models
from django.db.models.functions import Least
from django.db.models.lookups import Exact, GreaterThanOrEqual, IsNull, LessThan

import wafaa.act.points.rules

HANDING = """
-- What is taken from the lots of one wallet comes to another in lots that keep their ends.
CREATE FUNCTION act_points_hand_over(made bigint, source bigint, target bigint, told_amount bigint, moment timestamptz) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE got bigint := act_points_take(made, source, told_amount, moment);
BEGIN
    IF got < told_amount THEN RAISE EXCEPTION 'too little' USING ERRCODE = 'WP422', DETAIL = got; END IF;
    INSERT INTO act_points_lot (wallet_id, award_id, amount, remaining, is_pending, expires_at)
    SELECT target, made, used.amount, used.amount, false, lot.expires_at
    FROM act_points_lotuse AS used JOIN act_points_lot AS lot ON lot.id = used.lot_id WHERE used.transfer_id = made
    ORDER BY lot.expires_at, lot.id;
END $$;

-- A move out of a wallet that is missing, has too little or waits for something: looks at everything first.
CREATE FUNCTION act_points_move_carefully(
    told_key text, source bigint, target bigint, told_amount bigint, moment timestamptz, told_cause jsonb
) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    first act_points_wallet := act_points_lock(least(source, target));
    second act_points_wallet := act_points_lock(greatest(source, target));
    debt bigint;
    made bigint;
    got bigint;
BEGIN
    IF first.unit_id <> second.unit_id THEN RAISE EXCEPTION 'units differ' USING ERRCODE = 'WP424'; END IF;
    made := act_points_note(told_key, 10, first.unit_id, source, 11, target, 11, told_amount, moment, told_cause);
    IF made < 0 THEN RETURN made; END IF;
    PERFORM act_points_ripen(source, moment);
    UPDATE act_points_wallet SET active = active - told_amount WHERE id = source AND active >= told_amount;
    IF NOT FOUND THEN
        got := act_points_count_usable(source, moment);
        RAISE EXCEPTION 'too little' USING ERRCODE = 'WP422', DETAIL = got;
    END IF;
    PERFORM act_points_hand_over(made, source, target, told_amount, moment);
    UPDATE act_points_wallet SET active = active + told_amount WHERE id = target RETURNING owed INTO debt;
    IF debt > 0 THEN PERFORM act_points_settle('settle:' || told_key, target, moment); END IF;
    RETURN made;
END $$;
"""

MOVING = """
-- From one wallet to another; each lot keeps its end. Mostly nothing waits, the key is new, and the first lot has it all: this is
-- written straight away, and whatever turns out otherwise is put back and looked at.
CREATE OR REPLACE FUNCTION act_points_move(
    told_key text, source bigint, target bigint, told_amount bigint, moment timestamptz, told_cause jsonb
) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    unit integer;
    other integer;
    debt bigint;
    made bigint;
    lot bigint;
    ends timestamptz;
BEGIN
    -- in the order of their ids
    IF source < target THEN
        UPDATE act_points_wallet SET active = active - told_amount
        WHERE id = source AND active >= told_amount AND pending = 0 RETURNING unit_id INTO unit;
        IF unit IS NOT NULL THEN
            UPDATE act_points_wallet SET active = active + told_amount WHERE id = target RETURNING unit_id, owed INTO other, debt;
        END IF;
    ELSIF source > target THEN
        UPDATE act_points_wallet SET active = active + told_amount WHERE id = target RETURNING unit_id, owed INTO other, debt;
        UPDATE act_points_wallet SET active = active - told_amount
        WHERE id = source AND active >= told_amount AND pending = 0 RETURNING unit_id INTO unit;
    END IF;
    IF unit <> other OR source = target THEN RAISE EXCEPTION 'units differ' USING ERRCODE = 'WP424'; END IF;
    IF unit IS NOT NULL AND other IS NOT NULL THEN
        INSERT INTO act_points_transfer (
            key, kind, unit_id, source_id, source_role, target_id, target_role, amount, occurred_at, cause
        ) VALUES (told_key, 10, unit, source, 11, target, 11, told_amount, moment, told_cause)
        ON CONFLICT (key) DO NOTHING RETURNING id INTO made;
    END IF;
    IF made IS NULL THEN
        IF other IS NOT NULL THEN UPDATE act_points_wallet SET active = active - told_amount WHERE id = target; END IF;
        IF unit IS NOT NULL THEN UPDATE act_points_wallet SET active = active + told_amount WHERE id = source; END IF;
        RETURN act_points_move_carefully(told_key, source, target, told_amount, moment, told_cause);
    END IF;
    -- by its place: while the wallet is locked, nobody moves it
    UPDATE act_points_lot SET remaining = remaining - told_amount
    WHERE remaining >= told_amount AND ctid = (
        SELECT ctid FROM act_points_lot
        WHERE wallet_id = source AND is_open AND NOT is_pending AND (expires_at IS NULL OR expires_at > moment)
        ORDER BY expires_at, id LIMIT 1
    )
    RETURNING id, expires_at INTO lot, ends;
    IF lot IS NULL THEN
        PERFORM act_points_hand_over(made, source, target, told_amount, moment);
    ELSE
        WITH noted AS (INSERT INTO act_points_lotuse (transfer_id, lot_id, amount) VALUES (made, lot, told_amount))
        INSERT INTO act_points_lot (wallet_id, award_id, amount, remaining, is_pending, expires_at)
        VALUES (target, made, told_amount, told_amount, false, ends);
    END IF;
    IF debt > 0 THEN PERFORM act_points_settle('settle:' || told_key, target, moment); END IF;
    RETURN made;
END $$;
"""

KINDS = {"kind": wafaa.act.points.rules.Kind} | dict.fromkeys(
    ("source_role", "target_role"), wafaa.act.points.rules.Role
)
RULES = {
    "Wallet": (
        "wallet_not_below_0",
        GreaterThanOrEqual(Least("active", "pending", "held", "owed"), 0),
        [f"wallet_{name}_not_below_0" for name in ("active", "pending", "held", "owed")],
    ),
    "Transfer": (
        "transfer_fits",
        models.Q(amount__gt=0)
        & models.Q(Exact(IsNull(models.F("source"), True), LessThan(models.F("source_role"), 10)))
        & models.Q(Exact(IsNull(models.F("target"), True), LessThan(models.F("target_role"), 10))),
        ["transfer_moves_something", "transfer_source_fits", "transfer_target_fits"],
    ),
    "Lot": (
        "lot_fits",
        models.Q(remaining__gte=0, remaining__lte=models.F("amount"))
        & (models.Q(is_pending=False) | models.Q(usable_from__isnull=False)),
        ["lot_remaining_fits", "lot_pending_ends"],
    ),
    "LotUse": (
        "use_fits",
        models.Q(amount__gt=0, restored__gte=0, restored__lte=models.F("amount")),
        ["use_takes_something", "use_restored_fits"],
    ),
}


class Migration(migrations.Migration):
    dependencies = [("act_points", "0009_charges")]

    operations = [
        *(
            migrations.AlterField(
                "Transfer",
                name,
                models.SmallIntegerField(choices=[(one.value, one.name.lower()) for one in choices]),
            )
            for name, choices in KINDS.items()
        ),
        *(
            migrations.AddConstraint(model, models.CheckConstraint(condition=condition, name=name))
            for model, (name, condition, _) in RULES.items()
        ),
        *(migrations.RemoveConstraint(model, name) for model, (_, _, old) in RULES.items() for name in old),
        migrations.RunSQL(HANDING, migrations.RunSQL.noop),
        migrations.RunSQL(MOVING, migrations.RunSQL.noop),
    ]
