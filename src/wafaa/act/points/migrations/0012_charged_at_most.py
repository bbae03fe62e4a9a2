"""A charge is at most what the refund pays: of what was spent so much is forgiven, and the rest is owed."""

from django.db import migrations

REVERSING = """
-- An award, whole or in part: from what is left of it, then from what of it has ended (which nobody has any more, and which does not
-- come back then), then where told from other active lots; of what is missing then so much is forgiven at most, and the rest owed.
CREATE FUNCTION act_points_reverse(
    told_key text, undone bigint, told_amount bigint, moment timestamptz, takes_others boolean, forgives_max bigint, told_cause jsonb,
    OUT own bigint, OUT others bigint, OUT owing bigint, OUT forgiven bigint, OUT replayed boolean
) LANGUAGE plpgsql AS $$
DECLARE
    stands act_points_transfer;
    home bigint;
    one record;
    part bigint;
    rest bigint := told_amount;
    made bigint;
    part_key text := told_key; -- the first part has the key itself
    parts integer := 1;
BEGIN
    own := 0; others := 0; owing := 0; forgiven := 0; replayed := false;
    SELECT * INTO stands FROM act_points_transfer WHERE id = undone AND kind IN (1, 11) AND target_id IS NOT NULL;
    IF stands.id IS NULL THEN RAISE EXCEPTION 'no award %', undone USING ERRCODE = 'WP406'; END IF;
    -- A merge may have moved it on; one that happens meanwhile holds both wallets.
    PERFORM FROM act_points_wallet
    WHERE id = stands.target_id OR id IN (SELECT wallet_id FROM act_points_lot WHERE award_id = undone)
    ORDER BY id FOR NO KEY UPDATE;
    SELECT wallet_id INTO home FROM act_points_lot WHERE award_id = undone ORDER BY id DESC LIMIT 1;

    IF EXISTS (SELECT FROM act_points_transfer WHERE key = told_key) THEN
        SELECT
            coalesce(sum(amount) FILTER (WHERE source_role IN (11, 12) AND is_own OR source_role = 3), 0),
            coalesce(sum(amount) FILTER (WHERE source_role IN (11, 12) AND NOT is_own), 0),
            coalesce(sum(amount) FILTER (WHERE source_role = 14), 0), coalesce(sum(amount) FILTER (WHERE source_role = 5), 0)
        INTO own, others, owing, forgiven
        FROM act_points_transfer AS part
        CROSS JOIN LATERAL (
            SELECT EXISTS (
                SELECT FROM act_points_lotuse AS used JOIN act_points_lot AS lot ON lot.id = used.lot_id
                WHERE used.transfer_id = part.id AND lot.award_id = undone
            ) AS is_own
        ) AS use
        WHERE undoes_id = undone AND kind = 9 AND cause = told_cause
            AND key IN (told_key, 'part:' || split_part(key, ':', 2) || ':' || told_key);
        IF own + others + owing + forgiven <> told_amount THEN RAISE EXCEPTION 'key used before' USING ERRCODE = 'WP409'; END IF;
        replayed := true;
        RETURN;
    END IF;
    SELECT stands.amount - coalesce(sum(amount), 0) INTO part FROM act_points_transfer WHERE undoes_id = undone AND kind = 9;
    IF part < told_amount THEN RAISE EXCEPTION 'more than was awarded' USING ERRCODE = 'WP423', DETAIL = part; END IF;

    FOR one IN SELECT * FROM act_points_lot WHERE award_id = undone AND remaining > 0 ORDER BY id LOOP
        EXIT WHEN rest = 0;
        part := least(one.remaining, rest);
        made := act_points_note(
            part_key, 9, stands.unit_id, one.wallet_id, CASE WHEN one.is_pending THEN 12 ELSE 11 END, NULL, 1,
            part, moment, told_cause, undone
        );
        IF made < 0 THEN RAISE EXCEPTION 'key used before' USING ERRCODE = 'WP409'; END IF;
        UPDATE act_points_lot SET remaining = remaining - part WHERE id = one.id;
        INSERT INTO act_points_lotuse (transfer_id, lot_id, amount) VALUES (made, one.id, part);
        UPDATE act_points_wallet
        SET pending = pending - CASE WHEN one.is_pending THEN part ELSE 0 END, active = active - CASE WHEN one.is_pending THEN 0 ELSE part END
        WHERE id = one.wallet_id;
        own := own + part;
        rest := rest - part;
        parts := parts + 1;
        part_key := 'part:' || parts || ':' || told_key;
    END LOOP;
    FOR one IN
        SELECT used.transfer_id, used.lot_id, used.amount - used.restored AS ended
        FROM act_points_lot AS lot
        JOIN act_points_lotuse AS used ON used.lot_id = lot.id AND used.restored < used.amount
        JOIN act_points_transfer AS sweep ON sweep.id = used.transfer_id AND sweep.kind = 7
        WHERE lot.award_id = undone ORDER BY used.transfer_id
    LOOP
        EXIT WHEN rest = 0;
        part := least(one.ended, rest);
        made := act_points_note(part_key, 9, stands.unit_id, NULL, 3, NULL, 1, part, moment, told_cause, undone);
        IF made < 0 THEN RAISE EXCEPTION 'key used before' USING ERRCODE = 'WP409'; END IF;
        UPDATE act_points_lotuse SET restored = restored + part WHERE transfer_id = one.transfer_id AND lot_id = one.lot_id;
        INSERT INTO act_points_lotuse (transfer_id, lot_id, amount) VALUES (made, one.lot_id, part);
        own := own + part;
        rest := rest - part;
        parts := parts + 1;
        part_key := 'part:' || parts || ':' || told_key;
    END LOOP;
    IF rest > 0 AND takes_others THEN
        part := least(rest, act_points_count_usable(home, moment));
        IF part > 0 THEN
            made := act_points_note(part_key, 9, stands.unit_id, home, 11, NULL, 1, part, moment, told_cause, undone);
            IF made < 0 THEN RAISE EXCEPTION 'key used before' USING ERRCODE = 'WP409'; END IF;
            PERFORM act_points_take(made, home, part, moment);
            UPDATE act_points_wallet SET active = active - part WHERE id = home;
            others := part;
            rest := rest - part;
            parts := parts + 1;
            part_key := 'part:' || parts || ':' || told_key;
        END IF;
    END IF;
    part := least(rest, forgives_max);
    IF part > 0 THEN
        made := act_points_note(part_key, 9, stands.unit_id, NULL, 5, NULL, 1, part, moment, told_cause, undone);
        IF made < 0 THEN RAISE EXCEPTION 'key used before' USING ERRCODE = 'WP409'; END IF;
        forgiven := part;
        rest := rest - part;
        part_key := 'part:' || parts + 1 || ':' || told_key;
    END IF;
    IF rest > 0 THEN
        made := act_points_note(part_key, 9, stands.unit_id, home, 14, NULL, 1, rest, moment, told_cause, undone);
        IF made < 0 THEN RAISE EXCEPTION 'key used before' USING ERRCODE = 'WP409'; END IF;
        UPDATE act_points_wallet SET owed = owed + rest WHERE id = home;
        owing := rest;
    END IF;
END $$;
"""

FORMER = "DROP FUNCTION act_points_reverse(text, bigint, bigint, timestamptz, boolean, boolean, jsonb)"
NEWER = "DROP FUNCTION act_points_reverse(text, bigint, bigint, timestamptz, boolean, bigint, jsonb)"


class Migration(migrations.Migration):
    dependencies = [("act_points", "0011_moved_alone")]

    operations = [
        migrations.RunSQL(FORMER, migrations.RunSQL.noop),
        migrations.RunSQL(REVERSING, NEWER),
    ]
