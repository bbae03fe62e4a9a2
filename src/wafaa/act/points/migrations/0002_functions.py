"""The ledger's functions: whoever writes goes through these. Each locks the wallet (two of them in the order of their ids),
writes its transfers once per key, moves the lots, and then the balances, whose CHECK constraints hold under any concurrency.

Refusals are errors of class WP, told by their codes: WP404 nothing there, WP409 the key stands for another transfer,
WP410 the hold is over, WP422 too little there (DETAIL: how much is), WP423 more than is left to undo (DETAIL), WP424 units differ.
Roles and kinds are those of rules.py.
"""

from django.db import migrations

LAYOUT = """
ALTER TABLE act_points_wallet SET (fillfactor = 70);
ALTER TABLE act_points_lot SET (fillfactor = 80);
ALTER TABLE act_points_hold SET (fillfactor = 80);

CREATE FUNCTION act_points_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'transfers and seals are never changed' USING ERRCODE = 'WP000';
END $$;
CREATE TRIGGER transfer_is_immutable BEFORE UPDATE OR DELETE ON act_points_transfer
FOR EACH ROW EXECUTE FUNCTION act_points_refuse();
CREATE TRIGGER seal_is_immutable BEFORE UPDATE OR DELETE ON act_points_seal
FOR EACH ROW EXECUTE FUNCTION act_points_refuse();

-- Both entries of each transfer: what left one account and came to another.
CREATE VIEW act_points_entry AS
SELECT id AS transfer_id, unit_id, source_id AS wallet_id, source_role AS role, -amount AS amount FROM act_points_transfer
UNION ALL
SELECT id, unit_id, target_id, target_role, amount FROM act_points_transfer;
"""

NOTING = """
CREATE FUNCTION act_points_lock(wallet bigint) RETURNS act_points_wallet LANGUAGE plpgsql AS $$
DECLARE mine act_points_wallet;
BEGIN
    SELECT * INTO mine FROM act_points_wallet WHERE id = wallet FOR NO KEY UPDATE;
    IF mine.id IS NULL THEN RAISE EXCEPTION 'no wallet %', wallet USING ERRCODE = 'WP404'; END IF;
    RETURN mine;
END $$;

CREATE FUNCTION act_points_unit_of(wallet bigint) RETURNS integer LANGUAGE plpgsql STABLE AS $$
DECLARE unit integer;
BEGIN
    SELECT unit_id INTO unit FROM act_points_wallet WHERE id = wallet;
    IF unit IS NULL THEN RAISE EXCEPTION 'no wallet %', wallet USING ERRCODE = 'WP404'; END IF;
    RETURN unit;
END $$;

-- The transfer's id; its negative where the very same one stands already.
CREATE FUNCTION act_points_note(
    told_key text, told_kind integer, unit integer, from_wallet bigint, from_role integer, to_wallet bigint, to_role integer,
    told_amount bigint, moment timestamptz, told_cause jsonb, undone bigint DEFAULT NULL
) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE made bigint;
BEGIN
    INSERT INTO act_points_transfer (
        key, kind, unit_id, source_id, source_role, target_id, target_role, amount, occurred_at, cause, undoes_id
    ) VALUES (
        told_key, told_kind, unit, from_wallet, from_role, to_wallet, to_role, told_amount, moment, told_cause, undone
    ) ON CONFLICT (key) DO NOTHING RETURNING id INTO made;
    IF made IS NOT NULL THEN RETURN made; END IF;
    -- Roles may differ: whether an award is pending depends on when it was told.
    SELECT -id INTO made FROM act_points_transfer AS stands
    WHERE key = told_key AND kind = told_kind AND amount = told_amount AND cause = told_cause
        AND source_id IS NOT DISTINCT FROM from_wallet AND target_id IS NOT DISTINCT FROM to_wallet
        AND undoes_id IS NOT DISTINCT FROM undone;
    IF made IS NULL THEN RAISE EXCEPTION 'key used before' USING ERRCODE = 'WP409'; END IF;
    RETURN made;
END $$;
"""

LOTS = """
-- Takes from the lots of a locked wallet, the soonest to end first; returns how much was found. Mostly the first lot has it all;
-- a loop keeps its plans, which one statement for any number of lots would not.
CREATE FUNCTION act_points_take(taken_by bigint, wallet bigint, wanted bigint, moment timestamptz)
RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    one record;
    part bigint;
    rest bigint := wanted;
BEGIN
    UPDATE act_points_lot SET remaining = remaining - wanted
    WHERE remaining >= wanted AND id = (
        SELECT id FROM act_points_lot
        WHERE wallet_id = wallet AND remaining > 0 AND NOT is_pending AND (expires_at IS NULL OR expires_at > moment)
        ORDER BY expires_at, id LIMIT 1
    )
    RETURNING id INTO part;
    IF part IS NOT NULL THEN
        INSERT INTO act_points_lotuse (transfer_id, lot_id, amount) VALUES (taken_by, part, wanted);
        RETURN wanted;
    END IF;
    FOR one IN
        SELECT id, remaining FROM act_points_lot
        WHERE wallet_id = wallet AND remaining > 0 AND NOT is_pending AND (expires_at IS NULL OR expires_at > moment)
        ORDER BY expires_at, id
    LOOP
        part := least(one.remaining, rest);
        UPDATE act_points_lot SET remaining = remaining - part WHERE id = one.id;
        INSERT INTO act_points_lotuse (transfer_id, lot_id, amount) VALUES (taken_by, one.id, part);
        rest := rest - part;
        EXIT WHEN rest = 0;
    END LOOP;
    RETURN wanted - rest;
END $$;

CREATE FUNCTION act_points_count_usable(wallet bigint, moment timestamptz) RETURNS bigint LANGUAGE sql STABLE AS $$
    SELECT coalesce(sum(remaining), 0)::bigint FROM act_points_lot
    WHERE wallet_id = wallet AND remaining > 0 AND NOT is_pending AND (expires_at IS NULL OR expires_at > moment)
$$;

-- Puts back what a transfer took, the latest to end first, as if so much less had been taken. A lot that ended meanwhile
-- lives on until `ends`, or stays ended without one. Returns how much found its lot.
CREATE FUNCTION act_points_put_back(taken_by bigint, wanted bigint, moment timestamptz, ends timestamptz)
RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    one record;
    part bigint;
    rest bigint := wanted;
BEGIN
    FOR one IN
        SELECT used.lot_id, used.amount - used.restored AS taken
        FROM act_points_lotuse AS used JOIN act_points_lot AS lot ON lot.id = used.lot_id
        WHERE used.transfer_id = taken_by AND used.restored < used.amount
        ORDER BY lot.expires_at DESC, lot.id DESC
    LOOP
        part := least(one.taken, rest);
        UPDATE act_points_lotuse SET restored = restored + part WHERE transfer_id = taken_by AND lot_id = one.lot_id;
        UPDATE act_points_lot
        SET remaining = remaining + part, expires_at = CASE WHEN expires_at <= moment THEN coalesce(ends, expires_at) ELSE expires_at END
        WHERE id = one.lot_id;
        rest := rest - part;
        EXIT WHEN rest = 0;
    END LOOP;
    RETURN wanted - rest;
END $$;

-- What is owed is paid with what is active. The wallet is locked.
CREATE FUNCTION act_points_settle(told_key text, wallet bigint, moment timestamptz) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    mine act_points_wallet := act_points_lock(wallet);
    paid bigint;
    made bigint;
BEGIN
    IF mine.owed = 0 OR mine.active = 0 THEN RETURN 0; END IF;
    paid := least(mine.owed, act_points_count_usable(wallet, moment));
    IF paid = 0 THEN RETURN 0; END IF;
    made := act_points_note(told_key, 12, mine.unit_id, wallet, 11, wallet, 14, paid, moment, '{}');
    IF made < 0 THEN RETURN 0; END IF;
    PERFORM act_points_take(made, wallet, paid, moment);
    UPDATE act_points_wallet SET active = active - paid, owed = owed - paid WHERE id = wallet;
    RETURN paid;
END $$;

-- Pending lots of a locked wallet whose day has come become active. Returns how many.
CREATE FUNCTION act_points_ripen(wallet bigint, moment timestamptz) RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
    one record;
    mine act_points_wallet := act_points_lock(wallet);
    moved bigint := 0;
    count integer := 0;
BEGIN
    FOR one IN
        SELECT id, remaining, usable_from FROM act_points_lot
        WHERE wallet_id = wallet AND remaining > 0 AND is_pending AND usable_from <= moment ORDER BY usable_from, id
    LOOP
        PERFORM act_points_note('ripen:' || one.id, 2, mine.unit_id, wallet, 12, wallet, 11, one.remaining, one.usable_from, '{}');
        UPDATE act_points_lot SET is_pending = false WHERE id = one.id;
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
CREATE SEQUENCE act_points_settling;
"""

CREDIT = """
CREATE FUNCTION act_points_credit(
    told_key text, told_kind integer, from_role integer, wallet bigint, told_amount bigint, moment timestamptz,
    usable timestamptz, ends timestamptz, told_cause jsonb
) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    waits boolean := coalesce(usable > moment, false);
    debt bigint;
    made bigint;
BEGIN
    made := act_points_note(
        told_key, told_kind, act_points_unit_of(wallet), NULL, from_role, wallet, CASE WHEN waits THEN 12 ELSE 11 END, told_amount,
        moment, told_cause
    );
    IF made < 0 THEN RETURN made; END IF;
    INSERT INTO act_points_lot (wallet_id, award_id, amount, remaining, is_pending, usable_from, expires_at)
    VALUES (wallet, made, told_amount, told_amount, waits, usable, ends);
    IF waits THEN
        UPDATE act_points_wallet SET pending = pending + told_amount WHERE id = wallet;
    ELSE
        UPDATE act_points_wallet SET active = active + told_amount WHERE id = wallet RETURNING owed INTO debt;
        IF debt > 0 THEN PERFORM act_points_settle('settle:' || told_key, wallet, moment); END IF;
    END IF;
    RETURN made;
END $$;

-- The same for many at once, each key once; one transfer's id per place, negative for those that stood already.
CREATE FUNCTION act_points_award_many(
    keys text[], wallets bigint[], amounts bigint[], moments timestamptz[], usables timestamptz[], ends timestamptz[], causes jsonb[]
) RETURNS TABLE (place bigint, transfer_id bigint) LANGUAGE plpgsql AS $$
DECLARE
    places bigint[];
    ids bigint[];
    latest timestamptz := (SELECT max(moment) FROM unnest(moments) AS moment);
    stood integer := 0;
    one record;
BEGIN
    IF (SELECT count(DISTINCT key) FROM unnest(keys) AS key) < cardinality(keys) THEN
        RAISE EXCEPTION 'a key stands twice' USING ERRCODE = 'WP409';
    END IF;
    PERFORM FROM act_points_wallet WHERE id = ANY (wallets) ORDER BY id FOR NO KEY UPDATE;
    WITH told AS (
        SELECT t.*, coalesce(t.usable > t.moment, false) AS waits
        FROM unnest(keys, wallets, amounts, moments, usables, ends, causes)
            WITH ORDINALITY AS t (key, wallet, amount, moment, usable, ends, cause, place)
    ), noted AS (
        INSERT INTO act_points_transfer (key, kind, unit_id, source_role, target_id, target_role, amount, occurred_at, cause)
        SELECT told.key, 1, wallet.unit_id, 1, wallet.id, CASE WHEN waits THEN 12 ELSE 11 END, told.amount, told.moment, told.cause
        FROM told JOIN act_points_wallet AS wallet ON wallet.id = told.wallet
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
                made.wallet, coalesce(sum(amount) FILTER (WHERE waits), 0) AS pending,
                coalesce(sum(amount) FILTER (WHERE NOT waits), 0) AS active
            FROM made GROUP BY made.wallet
        ) AS sums
        WHERE wallet.id = sums.wallet
    )
    SELECT coalesce(array_agg(made.place), '{}'), coalesce(array_agg(made.id), '{}') INTO places, ids FROM made;
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
    FOR one IN SELECT id FROM act_points_wallet WHERE id = ANY (wallets) AND owed > 0 AND active > 0 ORDER BY id LOOP
        PERFORM act_points_settle('settle:many:' || one.id || ':' || nextval('act_points_settling'), one.id, latest);
    END LOOP;
END $$;
"""

DEBIT = """
-- Out of what is active: spent, adjusted, or held (role 13) in the same wallet.
CREATE FUNCTION act_points_debit(
    told_key text, told_kind integer, to_role integer, wallet bigint, told_amount bigint, moment timestamptz, told_cause jsonb
) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    stays boolean := to_role > 10;
    waiting bigint := (SELECT pending FROM act_points_wallet WHERE id = wallet);
    got bigint := 0;
    made bigint;
BEGIN
    made := act_points_note(
        told_key, told_kind, act_points_unit_of(wallet), wallet, 11, CASE WHEN stays THEN wallet END, to_role, told_amount, moment,
        told_cause
    );
    IF made < 0 THEN RETURN made; END IF;
    IF waiting > 0 THEN PERFORM act_points_ripen(wallet, moment); END IF;
    UPDATE act_points_wallet
    SET active = active - told_amount, held = held + CASE WHEN stays THEN told_amount ELSE 0 END
    WHERE id = wallet AND active >= told_amount;
    IF FOUND THEN
        got := act_points_take(made, wallet, told_amount, moment);
        IF got = told_amount THEN RETURN made; END IF;
    ELSE
        got := act_points_count_usable(wallet, moment);
    END IF;
    RAISE EXCEPTION 'too little' USING ERRCODE = 'WP422', DETAIL = got;
END $$;

-- The hold's id; its negative where it stood already. It may have been settled since.
CREATE FUNCTION act_points_hold(
    told_key text, told_uuid uuid, wallet bigint, told_amount bigint, moment timestamptz, ends timestamptz, told_cause jsonb
) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    made bigint := act_points_debit(told_key, 4, 13, wallet, told_amount, moment, told_cause);
    placed bigint;
BEGIN
    IF made < 0 THEN
        SELECT -id INTO placed FROM act_points_hold WHERE transfer_id = -made;
    ELSE
        INSERT INTO act_points_hold (uuid, wallet_id, transfer_id, amount, state, ends_at)
        VALUES (told_uuid, wallet, made, told_amount, 1, ends) RETURNING id INTO placed;
    END IF;
    RETURN placed;
END $$;

-- Locks the wallet, then the hold.
CREATE FUNCTION act_points_lock_hold(told_uuid uuid) RETURNS act_points_hold LANGUAGE plpgsql AS $$
DECLARE hold act_points_hold;
BEGIN
    SELECT * INTO hold FROM act_points_hold WHERE uuid = told_uuid;
    IF hold.id IS NULL THEN RAISE EXCEPTION 'no hold' USING ERRCODE = 'WP405'; END IF;
    PERFORM act_points_lock(hold.wallet_id);
    SELECT * INTO hold FROM act_points_hold WHERE id = hold.id FOR UPDATE;
    RETURN hold;
END $$;

-- The whole, or a part (then the rest is free again). The capture's id; its negative where it stood already.
CREATE FUNCTION act_points_capture(told_key text, told_uuid uuid, told_part bigint, moment timestamptz, told_cause jsonb)
RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    hold act_points_hold := act_points_lock_hold(told_uuid);
    part bigint := coalesce(told_part, hold.amount);
    unit integer := (SELECT unit_id FROM act_points_wallet WHERE id = hold.wallet_id);
    made bigint;
BEGIN
    IF hold.state = 2 THEN
        made := act_points_note(told_key, 5, unit, hold.wallet_id, 13, NULL, 2, part, moment, told_cause);
        IF made = -hold.capture_id THEN RETURN made; END IF;
    END IF;
    IF hold.state <> 1 OR hold.ends_at <= moment THEN RAISE EXCEPTION 'the hold is over' USING ERRCODE = 'WP410'; END IF;
    IF part > hold.amount THEN RAISE EXCEPTION 'more than is held' USING ERRCODE = 'WP423', DETAIL = hold.amount; END IF;
    made := act_points_note(told_key, 5, unit, hold.wallet_id, 13, NULL, 2, part, moment, told_cause);
    IF made < 0 THEN RAISE EXCEPTION 'key used before' USING ERRCODE = 'WP409'; END IF;
    UPDATE act_points_hold SET state = 2, capture_id = made, settled_at = moment WHERE id = hold.id;
    UPDATE act_points_wallet SET held = held - part WHERE id = hold.wallet_id;
    IF part < hold.amount THEN
        PERFORM act_points_release('release:' || hold.id, hold.wallet_id, unit, hold.transfer_id, hold.amount - part, moment);
    END IF;
    RETURN made;
END $$;

-- Held becomes active again, in the lots that it came from.
CREATE FUNCTION act_points_release(
    told_key text, wallet bigint, unit integer, taken_by bigint, told_amount bigint, moment timestamptz
) RETURNS void LANGUAGE plpgsql AS $$
DECLARE debt bigint;
BEGIN
    PERFORM act_points_note(told_key, 6, unit, wallet, 13, wallet, 11, told_amount, moment, '{}', taken_by);
    PERFORM act_points_put_back(taken_by, told_amount, moment, NULL);
    UPDATE act_points_wallet SET held = held - told_amount, active = active + told_amount WHERE id = wallet RETURNING owed INTO debt;
    IF debt > 0 THEN PERFORM act_points_settle('settle:' || told_key, wallet, moment); END IF;
END $$;

-- Voided (3) by somebody or ended (4) by its time. False where it was over before in this very way.
CREATE FUNCTION act_points_void(told_uuid uuid, how integer, moment timestamptz) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
    hold act_points_hold := act_points_lock_hold(told_uuid);
    unit integer := (SELECT unit_id FROM act_points_wallet WHERE id = hold.wallet_id);
BEGIN
    IF hold.state IN (3, 4) THEN RETURN false; END IF;
    IF hold.state = 2 THEN RAISE EXCEPTION 'captured before' USING ERRCODE = 'WP410'; END IF;
    UPDATE act_points_hold SET state = how, settled_at = moment WHERE id = hold.id;
    PERFORM act_points_release('release:' || hold.id, hold.wallet_id, unit, hold.transfer_id, hold.amount, moment);
    RETURN true;
END $$;
"""

UNDOING = """
-- A spend or capture, whole or in part, never more than it took.
CREATE FUNCTION act_points_restore(
    told_key text, spend bigint, told_amount bigint, moment timestamptz, ends timestamptz, told_cause jsonb
) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    stands act_points_transfer;
    debt bigint;
    made bigint;
    got bigint;
BEGIN
    SELECT * INTO stands FROM act_points_transfer WHERE id = spend AND kind IN (3, 5);
    IF stands.id IS NULL THEN RAISE EXCEPTION 'no spend %', spend USING ERRCODE = 'WP406'; END IF;
    PERFORM act_points_lock(stands.source_id);
    made := act_points_note(
        told_key, 8, stands.unit_id, NULL, 2, stands.source_id, 11, told_amount, moment, told_cause, spend
    );
    IF made < 0 THEN RETURN made; END IF;
    got := act_points_put_back(
        CASE stands.kind WHEN 5 THEN (SELECT transfer_id FROM act_points_hold WHERE capture_id = spend) ELSE spend END,
        told_amount, moment, ends
    );
    IF got < told_amount THEN RAISE EXCEPTION 'more than was spent' USING ERRCODE = 'WP423', DETAIL = got; END IF;
    UPDATE act_points_wallet SET active = active + told_amount WHERE id = stands.source_id RETURNING owed INTO debt;
    IF debt > 0 THEN PERFORM act_points_settle('settle:' || told_key, stands.source_id, moment); END IF;
    RETURN made;
END $$;

-- An award, whole or in part: from what is left of it, then from other active lots, then it is owed or forgiven.
CREATE FUNCTION act_points_reverse(
    told_key text, undone bigint, told_amount bigint, moment timestamptz, owes boolean, told_cause jsonb,
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
            coalesce(sum(amount) FILTER (WHERE source_role IN (11, 12) AND is_own), 0),
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
    IF rest > 0 AND owes THEN
        part := least(rest, act_points_count_usable(home, moment));
        IF part > 0 THEN
            made := act_points_note(part_key, 9, stands.unit_id, home, 11, NULL, 1, part, moment, told_cause, undone);
            IF made < 0 THEN RAISE EXCEPTION 'key used before' USING ERRCODE = 'WP409'; END IF;
            PERFORM act_points_take(made, home, part, moment);
            UPDATE act_points_wallet SET active = active - part WHERE id = home;
            others := part;
            rest := rest - part;
            part_key := 'part:' || parts + 1 || ':' || told_key;
        END IF;
    END IF;
    IF rest > 0 THEN
        made := act_points_note(
            part_key, 9, stands.unit_id,
            CASE WHEN owes THEN home END, CASE WHEN owes THEN 14 ELSE 5 END, NULL, 1, rest, moment, told_cause, undone
        );
        IF made < 0 THEN RAISE EXCEPTION 'key used before' USING ERRCODE = 'WP409'; END IF;
        IF owes THEN
            UPDATE act_points_wallet SET owed = owed + rest WHERE id = home;
            owing := rest;
        ELSE
            forgiven := rest;
        END IF;
    END IF;
END $$;
"""

MOVING = """
-- From one wallet to another; each lot keeps its end.
CREATE FUNCTION act_points_move(
    told_key text, source bigint, target bigint, told_amount bigint, moment timestamptz, told_cause jsonb
) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    unit integer := act_points_unit_of(source);
    waiting bigint := (SELECT pending FROM act_points_wallet WHERE id = source);
    debt bigint;
    made bigint;
    got bigint;
BEGIN
    IF unit <> act_points_unit_of(target) OR source = target THEN RAISE EXCEPTION 'units differ' USING ERRCODE = 'WP424'; END IF;
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
    got := CASE WHEN FOUND THEN act_points_take(made, source, told_amount, moment) ELSE act_points_count_usable(source, moment) END;
    IF got < told_amount THEN
        RAISE EXCEPTION 'too little' USING ERRCODE = 'WP422', DETAIL = got;
    END IF;
    IF target > source THEN
        UPDATE act_points_wallet SET active = active + told_amount WHERE id = target RETURNING owed INTO debt;
    END IF;
    INSERT INTO act_points_lot (wallet_id, award_id, amount, remaining, is_pending, expires_at)
    SELECT target, made, used.amount, used.amount, false, lot.expires_at
    FROM act_points_lotuse AS used JOIN act_points_lot AS lot ON lot.id = used.lot_id WHERE used.transfer_id = made
    ORDER BY lot.expires_at, lot.id;
    IF debt > 0 THEN PERFORM act_points_settle('settle:' || told_key, target, moment); END IF;
    RETURN made;
END $$;

-- What is left in lots of one wallet goes over to another as it is, pending or active, and stays a part of its award; so does what
-- is owed, unless only some lots (`chosen`) go. What is held stays until it is settled. Returns the lots that were made.
CREATE FUNCTION act_points_merge(source bigint, target bigint, moment timestamptz, chosen bigint[] DEFAULT NULL)
RETURNS bigint[] LANGUAGE plpgsql AS $$
DECLARE
    first act_points_wallet := act_points_lock(least(source, target));
    second act_points_wallet := act_points_lock(greatest(source, target));
    debt bigint := CASE WHEN source < target THEN first.owed ELSE second.owed END;
    serial text := 'merge:' || source || ':' || nextval('act_points_settling');
    one record;
    made bigint;
    lot bigint;
    lots bigint[] := '{}';
BEGIN
    IF first.unit_id <> second.unit_id OR source = target THEN RAISE EXCEPTION 'units differ' USING ERRCODE = 'WP424'; END IF;
    FOR one IN
        SELECT * FROM act_points_lot
        WHERE wallet_id = source AND remaining > 0 AND (chosen IS NULL OR id = ANY (chosen)) ORDER BY id
    LOOP
        made := act_points_note(
            serial || ':' || one.id, 13, first.unit_id, source, CASE WHEN one.is_pending THEN 12 ELSE 11 END,
            target, CASE WHEN one.is_pending THEN 12 ELSE 11 END, one.remaining, moment, '{}'
        );
        INSERT INTO act_points_lotuse (transfer_id, lot_id, amount) VALUES (made, one.id, one.remaining);
        UPDATE act_points_lot SET remaining = 0 WHERE id = one.id;
        INSERT INTO act_points_lot (wallet_id, award_id, amount, remaining, is_pending, usable_from, expires_at)
        VALUES (target, one.award_id, one.remaining, one.remaining, one.is_pending, one.usable_from, one.expires_at)
        RETURNING id INTO lot;
        lots := lots || lot;
        UPDATE act_points_wallet
        SET active = active - CASE WHEN one.is_pending THEN 0 ELSE one.remaining END,
            pending = pending - CASE WHEN one.is_pending THEN one.remaining ELSE 0 END
        WHERE id = source;
        UPDATE act_points_wallet
        SET active = active + CASE WHEN one.is_pending THEN 0 ELSE one.remaining END,
            pending = pending + CASE WHEN one.is_pending THEN one.remaining ELSE 0 END
        WHERE id = target;
    END LOOP;
    IF debt > 0 AND chosen IS NULL THEN
        PERFORM act_points_note(serial || ':owed', 13, first.unit_id, target, 14, source, 14, debt, moment, '{}');
        UPDATE act_points_wallet SET owed = owed - debt WHERE id = source;
        UPDATE act_points_wallet SET owed = owed + debt WHERE id = target;
    END IF;
    PERFORM act_points_settle('settle:' || serial, target, moment);
    RETURN lots;
END $$;
"""

SWEEPING = """
-- Lots whose end has come, so many at most; how many went. Their wallets are locked in the order of their ids.
CREATE FUNCTION act_points_expire(moment timestamptz, at_most integer) RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
    lots bigint[];
    wallets bigint[];
    gone integer;
BEGIN
    SELECT array_agg(id), array_agg(DISTINCT wallet_id) INTO lots, wallets FROM (
        SELECT id, wallet_id FROM act_points_lot
        WHERE remaining > 0 AND NOT is_pending AND expires_at <= moment ORDER BY expires_at, wallet_id LIMIT at_most
    ) AS due;
    IF lots IS NULL THEN RETURN 0; END IF;
    PERFORM FROM act_points_wallet WHERE id = ANY (wallets) ORDER BY id FOR NO KEY UPDATE;
    WITH due AS (
        -- as they are now that their wallets are locked; an end that was put off is not due any more
        SELECT lot.id, lot.wallet_id, lot.remaining, lot.expires_at, wallet.unit_id,
            'expire:' || lot.id || ':' || nextval('act_points_settling') AS key -- a hold may give back to an ended lot
        FROM act_points_lot AS lot JOIN act_points_wallet AS wallet ON wallet.id = lot.wallet_id
        WHERE lot.id = ANY (lots) AND lot.remaining > 0 AND lot.expires_at <= moment
    ), noted AS (
        INSERT INTO act_points_transfer (key, kind, unit_id, source_id, source_role, target_role, amount, occurred_at, cause)
        SELECT key, 7, unit_id, wallet_id, 11, 3, remaining, expires_at, '{}' FROM due ORDER BY expires_at, id
        RETURNING id, key
    ), used AS (
        INSERT INTO act_points_lotuse (transfer_id, lot_id, amount)
        SELECT noted.id, due.id, due.remaining FROM noted JOIN due USING (key)
    ), emptied AS (
        UPDATE act_points_lot AS lot SET remaining = 0 FROM due WHERE lot.id = due.id
    )
    UPDATE act_points_wallet AS wallet SET active = wallet.active - sums.amount
    FROM (SELECT wallet_id, sum(remaining) AS amount FROM due GROUP BY wallet_id) AS sums
    WHERE wallet.id = sums.wallet_id;
    SELECT count(*) INTO gone FROM act_points_lot WHERE id = ANY (lots) AND remaining = 0;
    RETURN gone;
END $$;

-- Pending lots whose day has come; how many wallets had some.
CREATE FUNCTION act_points_ripen_due(moment timestamptz, at_most integer) RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
    one record;
    count integer := 0;
BEGIN
    FOR one IN
        SELECT DISTINCT wallet_id FROM (
            SELECT wallet_id FROM act_points_lot
            WHERE remaining > 0 AND is_pending AND usable_from <= moment ORDER BY usable_from LIMIT at_most
        ) AS due ORDER BY wallet_id
    LOOP
        PERFORM act_points_ripen(one.wallet_id, moment);
        count := count + 1;
    END LOOP;
    RETURN count;
END $$;

-- Holds that nobody captured in time; how many.
CREATE FUNCTION act_points_end_holds(moment timestamptz, at_most integer) RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
    one record;
    count integer := 0;
BEGIN
    FOR one IN
        SELECT uuid FROM (
            SELECT uuid, wallet_id FROM act_points_hold WHERE state = 1 AND ends_at <= moment ORDER BY ends_at LIMIT at_most
        ) AS due ORDER BY wallet_id
    LOOP
        IF (SELECT state = 1 FROM act_points_hold WHERE uuid = one.uuid) AND act_points_void(one.uuid, 4, moment) THEN
            count := count + 1;
        END IF;
    END LOOP;
    RETURN count;
END $$;
"""

SEALING = """
-- The digest over transfers after one id up to another, chained to the digest before. Each row as a JSON array of its columns.
CREATE FUNCTION act_points_digest(before bytea, after_id bigint, up_to bigint, OUT digest bytea, OUT rows bigint)
LANGUAGE sql STABLE AS $$
    SELECT
        sha256(before || convert_to(coalesce(string_agg(
            jsonb_build_array(
                id, key, kind, unit_id, source_id, source_role, target_id, target_role, amount, undoes_id,
                (extract(epoch FROM occurred_at) * 1000000)::bigint, (extract(epoch FROM created_at) * 1000000)::bigint, cause
            )::text, E'\\n' ORDER BY id
        ), ''), 'UTF8')),
        count(*)
    FROM act_points_transfer WHERE id > after_id AND id <= up_to
$$;
"""

PARTS = (LAYOUT, NOTING, LOTS, CREDIT, DEBIT, UNDOING, MOVING, SWEEPING, SEALING)


class Migration(migrations.Migration):
    dependencies = [("act_points", "0001_initial")]

    operations = [migrations.RunSQL(part, migrations.RunSQL.noop) for part in PARTS]
