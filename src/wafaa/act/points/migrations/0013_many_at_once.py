"""Many awards touch each wallet twice instead of five times: where a wallet lies and what its unit is are known from locking it."""

from django.db import migrations

AWARDING = """
-- Many awards at once, each key once; one transfer's id per place, negative for those that stood already.
CREATE OR REPLACE FUNCTION act_points_award_many(
    keys text[], wallets bigint[], amounts bigint[], moments timestamptz[], usables timestamptz[], ends timestamptz[], causes jsonb[]
) RETURNS TABLE (place bigint, transfer_id bigint) LANGUAGE plpgsql AS $$
DECLARE
    known bigint[];
    units integer[];
    spots tid[]; -- while a wallet is locked, nobody moves it
    places bigint[];
    ids bigint[];
    written bigint;
    debtors bigint[];
    debtor bigint;
    latest timestamptz := (SELECT max(moment) FROM unnest(moments) AS moment);
    stood integer := 0;
BEGIN
    SELECT array_agg(locked.id), array_agg(locked.unit_id), array_agg(locked.ctid) INTO known, units, spots
    FROM (SELECT id, unit_id, ctid FROM act_points_wallet WHERE id = ANY (wallets) ORDER BY id FOR NO KEY UPDATE) AS locked;
    WITH told AS (
        SELECT t.*, coalesce(t.usable > t.moment, false) AS waits
        FROM unnest(keys, wallets, amounts, moments, usables, ends, causes)
            WITH ORDINALITY AS t (key, wallet, amount, moment, usable, ends, cause, place)
    ), locked AS (
        SELECT * FROM unnest(known, units, spots) AS one (id, unit_id, spot)
    ), noted AS (
        INSERT INTO act_points_transfer (key, kind, unit_id, source_role, target_id, target_role, amount, occurred_at, cause)
        SELECT told.key, 1, locked.unit_id, 1, locked.id, CASE WHEN waits THEN 12 ELSE 11 END, told.amount, told.moment, told.cause
        FROM told JOIN locked ON locked.id = told.wallet
        ORDER BY told.place
        ON CONFLICT (key) DO NOTHING
        RETURNING id, key
    ), made AS (
        SELECT noted.id, told.* FROM noted JOIN told USING (key)
    ), lots AS (
        INSERT INTO act_points_lot (wallet_id, award_id, amount, remaining, is_pending, usable_from, expires_at)
        SELECT wallet, id, amount, amount, waits, usable, made.ends FROM made ORDER BY id
    ), balanced AS (
        UPDATE act_points_wallet AS wallet
        SET pending = wallet.pending + sums.pending, active = wallet.active + sums.active
        FROM (
            SELECT
                locked.spot, coalesce(sum(amount) FILTER (WHERE waits), 0) AS pending,
                coalesce(sum(amount) FILTER (WHERE NOT waits), 0) AS active
            FROM made JOIN locked ON locked.id = made.wallet GROUP BY locked.spot
        ) AS sums
        WHERE wallet.ctid = sums.spot
        RETURNING wallet.id, wallet.active, wallet.owed
    )
    SELECT
        coalesce(array_agg(made.place), '{}'), coalesce(array_agg(made.id), '{}'), (SELECT count(*) FROM noted),
        (SELECT coalesce(array_agg(id ORDER BY id), '{}') FROM balanced WHERE owed > 0 AND active > 0)
    INTO places, ids, written, debtors FROM made;
    -- a new key that stands twice was written once; where something stood before, each is counted
    IF cardinality(places) > written OR (cardinality(places) < cardinality(keys)
            AND (SELECT count(DISTINCT key) FROM unnest(keys) AS key) < cardinality(keys)) THEN
        RAISE EXCEPTION 'a key stands twice' USING ERRCODE = 'WP409';
    END IF;
    RETURN QUERY SELECT * FROM unnest(places, ids);
    IF cardinality(places) < cardinality(keys) THEN
        RETURN QUERY
        SELECT t.place, -stands.id
        FROM unnest(keys, wallets, amounts, causes) WITH ORDINALITY AS t (key, wallet, amount, cause, place)
        JOIN act_points_transfer AS stands ON stands.key = t.key AND stands.kind = 1 AND stands.target_id = t.wallet
            AND stands.amount = t.amount AND stands.cause = t.cause
        WHERE NOT t.place = ANY (places);
        GET DIAGNOSTICS stood = ROW_COUNT;
        IF cardinality(places) + stood < cardinality(keys) THEN
            RAISE EXCEPTION 'a key was used before, or a wallet is missing' USING ERRCODE = 'WP409';
        END IF;
    END IF;
    FOREACH debtor IN ARRAY debtors LOOP
        PERFORM act_points_settle('settle:many:' || debtor || ':' || nextval('act_points_settling'), debtor, latest);
    END LOOP;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("act_points", "0012_charged_at_most")]

    operations = [migrations.RunSQL(AWARDING, migrations.RunSQL.noop)]
