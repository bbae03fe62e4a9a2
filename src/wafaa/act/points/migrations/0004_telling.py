"""What the ledger tells: ended lots by wallet, ripened ones whoever ripened them; and what ended can be brought back, once."""

from django.db import migrations, models

RIPENING = """
-- As before; what became active waits in act_points_untold until the next sweep tells it.
CREATE OR REPLACE FUNCTION act_points_ripen(wallet bigint, moment timestamptz) RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
    one record;
    mine act_points_wallet := act_points_lock(wallet);
    made bigint;
    moved bigint := 0;
    count integer := 0;
BEGIN
    FOR one IN
        SELECT id, remaining, usable_from FROM act_points_lot
        WHERE wallet_id = wallet AND remaining > 0 AND is_pending AND usable_from <= moment ORDER BY usable_from, id
    LOOP
        made := act_points_note('ripen:' || one.id, 2, mine.unit_id, wallet, 12, wallet, 11, one.remaining, one.usable_from, '{}');
        UPDATE act_points_lot SET is_pending = false WHERE id = one.id;
        INSERT INTO act_points_untold (transfer_id) VALUES (made) ON CONFLICT DO NOTHING;
        moved := moved + one.remaining;
        count := count + 1;
    END LOOP;
    IF moved > 0 THEN
        UPDATE act_points_wallet SET pending = pending - moved, active = active + moved WHERE id = wallet;
        IF mine.owed > 0 THEN
            PERFORM act_points_settle('settle:ripen:' || wallet || ':' || nextval('act_points_settling'), wallet, moment);
        END IF;
    END IF;
    RETURN count;
END $$;
"""

EXPIRING = """
DROP FUNCTION act_points_expire(timestamptz, integer);
-- Lots whose end has come, of as many wallets as have so many of them, all of each wallet's at once; how many went, and by which
-- transfers. Wallets are locked in the order of their ids.
CREATE FUNCTION act_points_expire(moment timestamptz, at_most integer, OUT gone integer, OUT transfers bigint[])
LANGUAGE plpgsql AS $$
DECLARE wallets bigint[];
BEGIN
    gone := 0; transfers := '{}';
    SELECT array_agg(DISTINCT wallet_id) INTO wallets FROM (
        SELECT wallet_id FROM act_points_lot
        WHERE remaining > 0 AND NOT is_pending AND expires_at <= moment ORDER BY expires_at, wallet_id LIMIT at_most
    ) AS due;
    IF wallets IS NULL THEN RETURN; END IF;
    PERFORM FROM act_points_wallet WHERE id = ANY (wallets) ORDER BY id FOR NO KEY UPDATE;
    WITH due AS (
        -- as they are now that their wallets are locked; an end that was put off is not due any more
        SELECT lot.id, lot.wallet_id, lot.remaining, lot.expires_at, wallet.unit_id,
            'expire:' || lot.id || ':' || nextval('act_points_settling') AS key -- a hold may give back to an ended lot
        FROM act_points_lot AS lot JOIN act_points_wallet AS wallet ON wallet.id = lot.wallet_id
        WHERE lot.wallet_id = ANY (wallets) AND lot.remaining > 0 AND NOT lot.is_pending AND lot.expires_at <= moment
    ), noted AS (
        INSERT INTO act_points_transfer (key, kind, unit_id, source_id, source_role, target_role, amount, occurred_at, cause)
        SELECT key, 7, unit_id, wallet_id, 11, 3, remaining, expires_at, '{}' FROM due ORDER BY expires_at, id
        RETURNING id, key
    ), used AS (
        INSERT INTO act_points_lotuse (transfer_id, lot_id, amount)
        SELECT noted.id, due.id, due.remaining FROM noted JOIN due USING (key)
    ), emptied AS (
        UPDATE act_points_lot AS lot SET remaining = 0 FROM due WHERE lot.id = due.id
    ), balanced AS (
        UPDATE act_points_wallet AS wallet SET active = wallet.active - sums.amount
        FROM (SELECT wallet_id, sum(remaining) AS amount FROM due GROUP BY wallet_id) AS sums
        WHERE wallet.id = sums.wallet_id
    )
    SELECT count(*), coalesce(array_agg(id), '{}') INTO gone, transfers FROM noted;
END $$;
"""

REINSTATING = """
-- What ended comes back into its lot, whole, and lives until `ends`; once, whatever key asks. 0 where it came back before.
CREATE FUNCTION act_points_reinstate(told_key text, ended bigint, moment timestamptz, ends timestamptz, told_cause jsonb)
RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    stands act_points_transfer;
    debt bigint;
    amount bigint;
    made bigint;
BEGIN
    SELECT * INTO stands FROM act_points_transfer WHERE id = ended AND kind = 7;
    IF stands.id IS NULL THEN RAISE EXCEPTION 'nothing ended by %', ended USING ERRCODE = 'WP406'; END IF;
    PERFORM act_points_lock(stands.source_id);
    SELECT sum(used.amount - used.restored) INTO amount FROM act_points_lotuse AS used WHERE used.transfer_id = ended;
    IF coalesce(amount, 0) = 0 THEN RETURN 0; END IF;
    made := act_points_note(told_key, 8, stands.unit_id, NULL, 3, stands.source_id, 11, amount, moment, told_cause, ended);
    IF made < 0 THEN RETURN 0; END IF;
    PERFORM act_points_put_back(ended, amount, moment, ends);
    UPDATE act_points_wallet SET active = active + amount WHERE id = stands.source_id RETURNING owed INTO debt;
    IF debt > 0 THEN PERFORM act_points_settle('settle:' || told_key, stands.source_id, moment); END IF;
    RETURN amount;
END $$;
"""

PUTTING_OFF = """
-- Of these wallets, lots whose award's cause holds what is told and that have not ended yet end no sooner than told. How many changed.
-- Wallets are locked in the order of their ids.
CREATE FUNCTION act_points_put_off(wallets bigint[], ends timestamptz[], told_cause jsonb, moment timestamptz) RETURNS integer
LANGUAGE plpgsql AS $$
DECLARE count integer;
BEGIN
    PERFORM FROM act_points_wallet WHERE id = ANY (wallets) ORDER BY id FOR NO KEY UPDATE;
    UPDATE act_points_lot AS lot SET expires_at = told.ends
    FROM (SELECT wallet, max(until) AS ends FROM unnest(wallets, ends) AS one (wallet, until) GROUP BY wallet) AS told,
        act_points_transfer AS award
    WHERE lot.wallet_id = told.wallet AND lot.remaining > 0 AND lot.expires_at > moment AND lot.expires_at < told.ends
        AND award.id = lot.award_id AND award.cause @> told_cause;
    GET DIAGNOSTICS count = ROW_COUNT;
    RETURN count;
END $$;
"""

PARTS = (RIPENING, EXPIRING, REINSTATING, PUTTING_OFF)


class Migration(migrations.Migration):
    dependencies = [("act_points", "0003_limits_and_requests")]

    operations = [
        migrations.CreateModel(
            name="Untold",
            fields=[("transfer_id", models.BigIntegerField(primary_key=True, serialize=False))],
        ),
        *(migrations.RunSQL(part, migrations.RunSQL.noop) for part in PARTS),
    ]
