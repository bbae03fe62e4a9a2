"""Each write as one tells it: what it moves, what it refuses, and that a repeat moves nothing."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from wafaa.act.points import actions
from wafaa.act.points.checking import check_books
from wafaa.act.points.errors import (
    AmountWrong,
    HoldOver,
    KeyReused,
    TooLittle,
    TooMuch,
    UnitsDiffer,
    WalletMissing,
)
from wafaa.act.points.models import Lot, Seal, Transfer, Wallet
from wafaa.act.points.queries import as_entry, get_balance, list_entries
from wafaa.act.points.rules import Award, Coming, Kind, Policy, UnitKind
from wafaa.know.customers.models import Customer

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)

pytestmark = pytest.mark.django_db


@pytest.fixture
def unit():
    return actions.make_unit(code="points", name={"ar": "نقاط", "en": "points"}, kind=UnitKind.POINTS)


@pytest.fixture
def wallet(unit):
    return actions.open_wallet(unit_id=unit.pk).pk


def award(wallet, amount, key="test:award", **more):
    return actions.award(key=key, wallet_id=wallet, amount=amount, at=NOON, **more).transfer_id


def balance(wallet, at=NOON):
    found = get_balance(wallet, at)
    return found.available, found.pending, found.held, found.owed


def test_an_award_is_pending_until_its_day_and_spendable_from_then_on_without_any_job(wallet):
    award(wallet, 100, usable_from=NOON + DAY, expires_at=NOON + 10 * DAY)
    assert balance(wallet) == (0, 100, 0, 0)
    assert get_balance(wallet, NOON).ripening == (Coming(at=NOON + DAY, amount=100),)
    with pytest.raises(TooLittle) as refused:
        actions.spend(key="test:early", wallet_id=wallet, amount=1, at=NOON)
    assert refused.value.facts == {"available": 0}

    later = NOON + DAY
    assert balance(wallet, later) == (100, 0, 0, 0)
    actions.spend(key="test:spend", wallet_id=wallet, amount=30, at=later)
    assert balance(wallet, later) == (70, 0, 0, 0)
    assert get_balance(wallet, later).ending == (Coming(at=NOON + 10 * DAY, amount=70),)
    assert check_books() == []


def test_the_soonest_to_end_is_spent_first_and_a_refund_fills_the_same_lots_again(wallet):
    late = award(wallet, 50, "test:late", expires_at=NOON + 30 * DAY)
    never = award(wallet, 50, "test:never")
    soon = award(wallet, 50, "test:soon", expires_at=NOON + 2 * DAY)
    spend = actions.spend(key="test:spend", wallet_id=wallet, amount=120, at=NOON).transfer_id

    def left():
        return {lot.award_id: lot.remaining for lot in Lot.objects.all()}

    assert left() == {soon: 0, late: 0, never: 30}
    actions.restore(key="test:part", spend_id=spend, amount=60, at=NOON)
    assert left() == {soon: 0, late: 40, never: 50}  # as if 60 had been spent
    with pytest.raises(TooMuch) as refused:
        actions.restore(key="test:more", spend_id=spend, amount=61, at=NOON)
    assert refused.value.facts == {"left": 60}

    actions.restore(key="test:rest", spend_id=spend, amount=60, at=NOON + 5 * DAY)
    assert left() == {soon: 50, late: 50, never: 50}
    assert Lot.objects.get(award=soon).expires_at == NOON + 19 * DAY  # ended meanwhile: 14 days more
    assert check_books() == []


def test_what_was_spent_before_its_lot_ends_does_not_end_again(wallet):
    """Systems that subtract all spends from what has not ended let the balance collapse here."""
    award(wallet, 100, "test:old", expires_at=NOON + DAY)
    actions.spend(key="test:spend", wallet_id=wallet, amount=100, at=NOON)
    award(wallet, 40, "test:new", expires_at=NOON + 300 * DAY)
    later = NOON + 2 * DAY
    assert balance(wallet, later) == (40, 0, 0, 0)
    assert actions.expire_lots(at=later) == 0
    assert balance(wallet, later) == (40, 0, 0, 0)


def test_a_lot_that_has_ended_cannot_be_spent_even_before_it_is_swept(wallet):
    award(wallet, 100, expires_at=NOON + DAY)
    later = NOON + DAY
    assert balance(wallet, later) == (0, 0, 0, 0)
    with pytest.raises(TooLittle):
        actions.spend(key="test:spend", wallet_id=wallet, amount=1, at=later)
    assert actions.expire_lots(at=later) == 1
    assert actions.expire_lots(at=later) == 0
    assert Wallet.objects.get(pk=wallet).active == 0
    assert check_books() == []


def test_what_a_hold_gives_back_to_a_lot_that_ended_ends_too(wallet):
    award(wallet, 10, expires_at=NOON + DAY)
    hold = actions.place_hold(key="test:hold", wallet_id=wallet, amount=4, at=NOON, ends_at=NOON + DAY)
    later = NOON + DAY
    assert actions.expire_lots(at=later) == 1
    actions.void_hold(hold=hold.uuid, at=later)
    assert actions.expire_lots(at=later) == 1
    assert (balance(wallet, later), Wallet.objects.get(pk=wallet).active) == ((0, 0, 0, 0), 0)
    assert check_books() == []


def test_the_same_key_gives_the_same_result_and_another_body_is_refused(wallet):
    first = actions.award(key="test:1", wallet_id=wallet, amount=10, at=NOON, cause={"order": "a"})
    again = actions.award(key="test:1", wallet_id=wallet, amount=10, at=NOON + DAY, cause={"order": "a"})
    assert (again.transfer_id, again.is_replay, first.is_replay) == (first.transfer_id, True, False)
    for changed in ({"amount": 11, "cause": {"order": "a"}}, {"amount": 10, "cause": {"order": "b"}}):
        with pytest.raises(KeyReused):
            actions.award(key="test:1", wallet_id=wallet, at=NOON, **changed)
    with pytest.raises(KeyReused):
        actions.spend(key="test:1", wallet_id=wallet, amount=10, at=NOON)
    assert balance(wallet) == (10, 0, 0, 0)


def test_many_awards_are_one_statement_and_repeat_as_one_does(unit, wallet):
    other = actions.open_wallet(unit_id=unit.pk).pk
    awards = [
        Award(
            key=f"test:{n}",
            wallet_id=[wallet, other][n % 2],
            amount=n + 1,
            at=NOON,
            usable_from=NOON + n * DAY,
        )
        for n in range(4)
    ]
    first = actions.award_many(awards=awards[:3])
    second = actions.award_many(awards=awards)
    assert [one.is_replay for one in second] == [True, True, True, False]
    assert [one.transfer_id for one in second[:3]] == [one.transfer_id for one in first]
    assert (balance(wallet), balance(other)) == ((1, 3, 0, 0), (0, 6, 0, 0))
    fresh = replace(awards[0], key="test:twice")
    for doubled in ([awards[0], awards[0]], [fresh, fresh], [awards[0], awards[0], fresh]):
        with pytest.raises(KeyReused):
            actions.award_many(awards=doubled)
    assert (balance(wallet), balance(other)) == ((1, 3, 0, 0), (0, 6, 0, 0))
    assert check_books() == []


def test_what_comes_in_for_many_pays_what_they_owe_first(wallet, unit):
    other = actions.open_wallet(unit_id=unit.pk).pk
    for one in (wallet, other):
        given = award(one, 10, f"test:given:{one}")
        actions.spend(key=f"test:spend:{one}", wallet_id=one, amount=10, at=NOON)
        actions.reverse_award(key=f"test:back:{one}", award_id=given, amount=10, at=NOON)
    awards = [
        Award(key=f"test:new:{n}", wallet_id=[wallet, other][n % 2], amount=4, at=NOON) for n in range(5)
    ]
    actions.award_many(awards=awards)
    assert (balance(wallet), balance(other)) == ((2, 0, 0, 0), (0, 0, 0, 2))
    assert check_books() == []


def test_a_hold_is_captured_in_part_once_and_the_rest_is_free(wallet):
    award(wallet, 100)
    hold = actions.place_hold(key="test:hold", wallet_id=wallet, amount=80, at=NOON, ends_at=NOON + DAY)
    assert balance(wallet) == (20, 0, 80, 0)
    capture = actions.capture_hold(key="test:capture", hold=hold.uuid, at=NOON, amount=50)
    again = actions.capture_hold(key="test:capture", hold=hold.uuid, at=NOON, amount=50)
    assert (again.transfer_id, again.is_replay) == (capture.transfer_id, True)
    assert balance(wallet) == (50, 0, 0, 0)
    with pytest.raises(HoldOver):
        actions.capture_hold(key="test:twice", hold=hold.uuid, at=NOON)
    with pytest.raises(HoldOver):
        actions.void_hold(hold=hold.uuid, at=NOON)
    with pytest.raises(TooMuch):
        actions.restore(key="test:back", spend_id=capture.transfer_id, amount=51, at=NOON)
    actions.restore(key="test:back", spend_id=capture.transfer_id, amount=50, at=NOON)
    assert balance(wallet) == (100, 0, 0, 0)
    assert check_books() == []


def test_a_hold_that_nobody_captures_is_free_after_its_time_and_cannot_be_captured(wallet):
    award(wallet, 100)
    hold = actions.place_hold(key="test:hold", wallet_id=wallet, amount=80, at=NOON, ends_at=NOON + DAY)
    with pytest.raises(HoldOver):
        actions.capture_hold(key="test:late", hold=hold.uuid, at=NOON + DAY)
    assert actions.end_holds(at=NOON + DAY) == 1
    assert not actions.void_hold(hold=hold.uuid, at=NOON + DAY)
    again = actions.place_hold(key="test:hold", wallet_id=wallet, amount=80, at=NOON, ends_at=NOON + DAY)
    assert (again.uuid, again.is_replay, again.state.name) == (hold.uuid, True, "ENDED")
    assert balance(wallet, NOON + DAY) == (100, 0, 0, 0)


@pytest.mark.parametrize(
    ("told", "others", "owed", "after"),
    [
        ({"policy": Policy.OWE}, 20, 50, (0, 0, 0, 50)),
        ({"policy": Policy.FORGIVE}, 0, 0, (20, 0, 0, 0)),
        ({"policy": Policy.CHARGE}, 20, 0, (0, 0, 0, 0)),
        ({"policy": Policy.CHARGE, "charged_max": 15}, 20, 35, (0, 0, 0, 35)),
        ({"policy": Policy.CHARGE, "charged_max": 0}, 20, 50, (0, 0, 0, 50)),
    ],
)
def test_a_reversed_award_that_was_spent_is_owed_or_forgiven(wallet, told, others, owed, after):
    first = award(wallet, 100, "test:first", expires_at=NOON + DAY)
    award(wallet, 20, "test:second")
    actions.spend(key="test:spend", wallet_id=wallet, amount=70, at=NOON)
    back = actions.reverse_award(key="test:back", award_id=first, amount=100, at=NOON, **told)
    assert (back.own, back.others, back.owed, back.forgiven) == (30, others, owed, 70 - others - owed)
    assert balance(wallet) == after
    again = actions.reverse_award(key="test:back", award_id=first, amount=100, at=NOON, **told)
    assert again == replace(back, is_replay=True)
    with pytest.raises(TooMuch):
        actions.reverse_award(key="test:more", award_id=first, amount=1, at=NOON, **told)
    award(wallet, 60, "test:third")
    assert balance(wallet) == (after[0] + 60 - owed, 0, 0, 0)  # what is owed is paid first
    assert check_books() == []


def test_a_reversal_takes_back_what_is_still_pending(wallet):
    first = award(wallet, 100, usable_from=NOON + DAY)
    actions.reverse_award(key="test:back", award_id=first, amount=40, at=NOON)
    assert balance(wallet) == (0, 60, 0, 0)


def test_amounts_move_to_another_wallet_with_their_ends_but_not_to_another_unit(unit, wallet):
    other = actions.open_wallet(unit_id=unit.pk).pk
    nights = actions.make_unit(code="nights", name={"en": "nights"}, kind=UnitKind.COUNT)
    award(wallet, 30, "test:a", expires_at=NOON + DAY)
    award(wallet, 30, "test:b", expires_at=NOON + 2 * DAY)
    actions.move(key="test:move", source_id=wallet, target_id=other, amount=40, at=NOON)
    assert get_balance(other, NOON).ending == (
        Coming(at=NOON + DAY, amount=30),
        Coming(at=NOON + 2 * DAY, amount=10),
    )
    with pytest.raises(UnitsDiffer):
        actions.move(
            key="test:no",
            source_id=wallet,
            target_id=actions.open_wallet(unit_id=nights.pk).pk,
            amount=1,
            at=NOON,
        )
    assert check_books() == []


@pytest.mark.parametrize("is_back", [False, True])  # wallets are locked in the order of their ids
def test_a_move_that_is_repeated_refused_or_waits_leaves_what_it_should(unit, wallet, is_back):
    other = actions.open_wallet(unit_id=unit.pk).pk
    source, target = (other, wallet) if is_back else (wallet, other)

    def move(key, amount, to=target, at=NOON):
        return actions.move(key=key, source_id=source, target_id=to, amount=amount, at=at)

    award(source, 50)
    first = move("test:move", 30)
    assert move("test:move", 30).transfer_id == first.transfer_id  # there is too little for it by now
    award(source, 50, "test:more")
    assert move("test:move", 30).is_replay
    for key, amount, to, refusal in (
        ("test:move", 31, target, KeyReused),
        ("test:move", 71, target, KeyReused),
        ("test:much", 71, target, TooLittle),
        ("test:gone", 1, 10**9, WalletMissing),
        ("test:self", 1, source, UnitsDiffer),
    ):
        with pytest.raises(refusal):
            move(key, amount, to)
        assert (balance(source), balance(target)) == ((70, 0, 0, 0), (30, 0, 0, 0))
    award(source, 20, "test:later", usable_from=NOON + DAY)
    move("test:ripe", 90, at=NOON + DAY)
    assert (balance(source, NOON + DAY), balance(target, NOON + DAY)) == ((0, 0, 0, 0), (120, 0, 0, 0))
    assert check_books() == []


def test_balances_follow_a_merged_customer_and_come_back_with_what_is_left(unit):
    one, two = (Customer.objects.create(external_id=name, created_at=NOON) for name in ("1", "2"))
    ids = actions.open_wallets(unit_id=unit.pk, customer_ids=[one.pk, two.pk])
    assert actions.open_wallets(unit_id=unit.pk, customer_ids=[two.pk, one.pk]) == ids
    award(ids[one.pk], 10, "test:one")
    theirs = award(ids[two.pk], 25, "test:two", usable_from=NOON + DAY)
    hold = actions.place_hold(key="test:hold", wallet_id=ids[one.pk], amount=4, at=NOON, ends_at=NOON + DAY)

    moved = actions.WALLETS_FOLLOW.move(two.pk, one.pk)
    assert (balance(ids[one.pk]), balance(ids[two.pk])) == ((6, 25, 4, 0), (0, 0, 0, 0))
    # a reversal finds the award where it went
    actions.reverse_award(key="test:back", award_id=theirs, amount=5, at=NOON)
    actions.WALLETS_FOLLOW.give_back(one.pk, two.pk, moved)
    assert (balance(ids[one.pk]), balance(ids[two.pk])) == ((6, 0, 4, 0), (0, 20, 0, 0))

    actions.WALLETS_FOLLOW.move(one.pk, two.pk)
    Customer.objects.filter(pk=one.pk).update(merged_into=two)
    actions.void_hold(hold=hold.uuid, at=NOON)
    assert actions.follow_merged() == 1  # what was held when they were merged follows
    assert (balance(ids[one.pk]), balance(ids[two.pk])) == ((0, 0, 0, 0), (10, 20, 0, 0))
    assert check_books() == []


def test_the_ledger_outlives_an_erased_customer_without_a_name(unit):
    one = Customer.objects.create(external_id="1", created_at=NOON)
    wallet = actions.open_wallets(unit_id=unit.pk, customer_ids=[one.pk])[one.pk]
    award(wallet, 10)
    assert actions.erase_customer(customer_id=one.pk, distinct_ids=[]) == {"wallets": 1}
    assert Wallet.objects.get(pk=wallet).customer_id is None
    assert check_books() == []


def test_hands_put_right_what_went_wrong_and_the_trail_knows(wallet):
    actions.adjust(key="test:up", wallet_id=wallet, amount=10, at=NOON, reason="sorry", by=None)
    actions.adjust(key="test:down", wallet_id=wallet, amount=-4, at=NOON, reason="mistake", by=None)
    entries = [as_entry(one, wallet) for one in list_entries(wallet)]
    assert [(one.kind, one.amount) for one in entries] == [(Kind.ADJUST, -4), (Kind.ADJUST, 10)]
    with pytest.raises(TooLittle):
        actions.adjust(key="test:no", wallet_id=wallet, amount=-7, at=NOON, reason="mistake", by=None)


@pytest.mark.parametrize("amount", [0, -1, 10**15 + 1])
def test_an_amount_is_a_whole_number_above_zero(wallet, amount):
    with pytest.raises(AmountWrong):
        award(wallet, amount)


def test_a_wallet_that_is_not_there_is_told(wallet):
    with pytest.raises(WalletMissing):
        award(wallet + 1, 1)


@pytest.mark.parametrize("key", ["", "x" * 201, "settle:1", "expire:5"])
def test_a_key_has_letters_and_is_none_of_the_ledgers_own(wallet, key):
    with pytest.raises(ValueError, match="a key has"):
        award(wallet, 1, key)


def test_the_database_itself_refuses_to_change_or_delete_what_moved(wallet):
    award(wallet, 10)
    for change in (lambda: Transfer.objects.update(amount=1), lambda: Transfer.objects.all().delete()):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()
    with pytest.raises(DatabaseError), transaction.atomic():
        Wallet.objects.filter(pk=wallet).update(active=-1)


def forge(statement, *values):
    """As somebody with the database's password would, past its triggers."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(statement, values)
        cursor.execute("SET LOCAL session_replication_role = origin")


@pytest.mark.parametrize(
    ("statement", "found"),
    [
        ("UPDATE act_points_wallet SET active = active + 1", {"balances", "lots"}),
        ("UPDATE act_points_lot SET remaining = remaining - 1", {"lots", "uses"}),
        ("UPDATE act_points_transfer SET amount = amount + 1 WHERE kind = 1", {"balances", "seals"}),
        ('UPDATE act_points_transfer SET cause = \'{"order": "x"}\'', {"seals"}),
        ("DELETE FROM act_points_seal WHERE through = (SELECT min(through) FROM act_points_seal)", {"seals"}),
        ("UPDATE act_points_hold SET state = 3", {"holds"}),
    ],
)
def test_the_check_of_books_finds_what_was_forged(wallet, statement, found):
    award(wallet, 10)
    assert actions.seal_transfers(patience_s=0) == 1
    actions.place_hold(key="test:hold", wallet_id=wallet, amount=4, at=NOON, ends_at=NOON + DAY)
    assert actions.seal_transfers(patience_s=0) == 1
    assert (Seal.objects.count(), check_books()) == (2, [])
    forge(statement)
    assert {fault.check for fault in check_books()} == found


def test_an_end_can_be_put_off_for_all_after_an_outage(unit, wallet):
    award(wallet, 10, "test:soon", expires_at=NOON + DAY)
    award(wallet, 10, "test:late", expires_at=NOON + 9 * DAY)
    count = actions.extend_lots(unit=unit, start=NOON, end=NOON + 2 * DAY, days=7, by=None)
    assert count == 1
    assert [one.at for one in get_balance(wallet, NOON).ending] == [NOON + 8 * DAY, NOON + 9 * DAY]
