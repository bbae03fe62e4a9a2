"""Whose turn it is: the contact budget over all sources."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from wafaa.act.messages.rules import Budget, Spent, find_room

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
DAILY = (Budget(limit=1, hours=24),)


def spent(message_id, *, hours_ago=1.0, channel="email", priority=0, waits=False):
    return Spent(message_id, channel, NOW - timedelta(hours=hours_ago), priority, waits)


def ask(*already, priority=0, channel="email", budgets=DAILY):
    return find_room(channel=channel, priority=priority, spent=already, budgets=budgets, now=NOW)


def test_an_empty_budget_has_room_and_a_full_one_from_when_its_oldest_is_old_enough():
    assert ask() == (None, (), {})

    room = ask(spent(1, hours_ago=20))

    assert (room.until, room.victims) == (NOW + timedelta(hours=4), ())
    assert room.facts == {"used": 1, "limit": 1, "hours": 24}
    assert ask(spent(1, hours_ago=24)).until is None


def test_all_budgets_must_have_room_and_the_last_to_have_it_decides():
    budgets = (Budget(limit=1, hours=24), Budget(limit=3, hours=168))
    already = [spent(number, hours_ago=hours) for number, hours in enumerate((160, 100, 30), 1)]

    assert ask(*already, budgets=budgets).until == NOW + timedelta(hours=8)
    assert ask(*already[1:], budgets=budgets).until is None


def test_a_budget_of_a_channel_counts_that_channel_only():
    budgets = (Budget(channel="sms", limit=1, hours=168),)

    assert ask(spent(1, channel="email"), channel="sms", budgets=budgets).until is None
    assert ask(spent(1, channel="sms"), channel="sms", budgets=budgets).until is not None
    assert ask(spent(1, channel="sms"), channel="email", budgets=budgets).until is None


def test_a_lesser_message_that_still_waits_gives_way_and_one_that_was_sent_does_not():
    assert ask(spent(1, priority=5, waits=True), priority=9).victims == (1,)
    assert ask(spent(1, priority=5, waits=True), priority=5).until is not None
    assert ask(spent(1, priority=5, waits=False), priority=9).until is not None


def test_of_several_the_least_and_youngest_give_way():
    budgets = (Budget(limit=2, hours=24),)
    already = [
        spent(1, hours_ago=3, priority=1, waits=True),
        spent(2, hours_ago=2, priority=0, waits=True),
        spent(3, hours_ago=1, priority=0, waits=True),
    ]

    # two too many: the two of no weight
    assert ask(*already, priority=9, budgets=budgets).victims == (3, 2)


def test_a_budget_of_nothing_never_has_room_and_is_asked_again():
    budgets = (Budget(limit=0, hours=24),)

    assert ask(budgets=budgets).until == NOW + timedelta(hours=24)
    assert ask(spent(1, hours_ago=20), budgets=budgets).until == NOW + timedelta(hours=24)


messages = st.lists(
    st.tuples(st.floats(0, 400), st.sampled_from(["email", "sms"]), st.integers(0, 3), st.booleans()),
    max_size=12,
)


@given(messages, st.integers(0, 3), st.integers(0, 3), st.integers(1, 200))
def test_whoever_passes_leaves_no_budget_overdrawn_that_was_not_before(told, priority, limit, hours):
    already = [
        spent(n, hours_ago=h, channel=c, priority=p, waits=w) for n, (h, c, p, w) in enumerate(told, 1)
    ]
    budgets = (Budget(limit=limit, hours=hours), Budget(channel="sms", limit=1, hours=48))

    room = ask(*already, priority=priority, channel="sms", budgets=budgets)

    if room.until is None:
        left = [one for one in already if one.message_id not in room.victims]
        for budget in budgets:
            inside = [
                one
                for one in left
                if one.at > NOW - timedelta(hours=budget.hours) and budget.channel in {"", one.channel}
            ]
            assert len(inside) + 1 <= budget.limit
        victims = [one for one in already if one.message_id in room.victims]
        assert all(one.waits and one.priority < priority for one in victims)
    else:
        assert room.victims == ()
