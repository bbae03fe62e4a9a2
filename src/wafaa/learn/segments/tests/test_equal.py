"""One definition, two evaluators: SQL for sets and the closure for one person say the same, at every moment."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from wafaa.kit.calendars import Calendar
from wafaa.learn.segments.compiling import compile_tree
from wafaa.learn.segments.people import load_people
from wafaa.learn.segments.rules import NEVER, Moment, find_needs, make_judge
from wafaa.learn.segments.rules import tree as t
from wafaa.learn.segments.rules.windows import Last, Next, Unit
from wafaa.learn.segments.tests import drawn
from wafaa.learn.segments.tests.telling import prepare, run, store_people

PEOPLE = 5


@pytest.fixture
def shop(db):
    prepare()


def judge_all(tree, ids, moment):
    people = load_people(ids, find_needs([tree]), [moment])
    judge = make_judge(tree)
    return {one: judge(person, moment)[:2] for one, person in people.persons.items()}


@settings(max_examples=120, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(st.data())
def test_sql_and_the_closure_agree_also_when_the_clock_moves(shop, data):
    moment = data.draw(drawn.moments())
    seed = data.draw(drawn.SEEDS)
    people = [drawn.make_person(seed + place, moment) for place in range(PEOPLE)]
    trees = data.draw(st.lists(drawn.TREES, min_size=1, max_size=4))
    steps = data.draw(st.lists(drawn.SHIFTS.map(abs), max_size=2))

    with transaction.atomic():
        ids = store_people(people)
        for tree in trees:
            now = moment
            for step in [timedelta(0), *steps, None]:
                found = check(tree, people, ids, now)
                if step is None:
                    break
                later = [flips_at for _holds, flips_at in found.values() if flips_at != NEVER]
                now = replace(moment, now=min([now.now + step, *later]) if step else now.now + step)
        transaction.set_rollback(True)


def check(tree, people, ids, moment):
    judged = judge_all(tree, ids, moment)
    # what was loaded is what was drawn
    judge = make_judge(tree)
    assert judged == {one: judge(person, moment)[:2] for one, person in zip(ids, people, strict=True)}
    exact = {one: (holds, at or NEVER) for one, holds, at in run(*compile_tree(tree, moment, ids=ids))}
    assert exact == judged
    roughly = {one: (holds, at or NEVER) for one, holds, at in run(*compile_tree(tree, moment))}
    for one, (holds, flips_at) in judged.items():
        rough_holds, rough_at = roughly.get(one, (False, NEVER))
        assert rough_holds == holds
        assert moment.now < rough_at <= flips_at
    for some in (None, ids):
        counted = {one for one, _holds, _at in run(*compile_tree(tree, moment, ids=some, counts_only=True))}
        assert counted & set(ids) == {one for one, (holds, _at) in judged.items() if holds}
    check_foreseen(tree, dict(zip(ids, people, strict=True)), moment)
    return judged


def check_foreseen(tree, people, moment):
    """What is said of the time from `flips_at` on is what is found then; SQL may know it less often than the closure."""
    judge = make_judge(tree)
    found = {one: judge(person, moment) for one, person in people.items()}
    for person, finding in zip(people.values(), found.values(), strict=True):
        if finding.then is not None:
            assert judge(person, replace(moment, now=finding.flips_at))[:2] == finding.then
    for ids in (list(people), None):
        for one, holds, flips_at, *then in run(*compile_tree(tree, moment, ids=ids, foresees=True)):
            if one in found and then[0] is not None:
                assert (holds, flips_at) == found[one][:2]
                assert (then[0], then[1] or NEVER) == found[one].then


def test_what_becomes_of_somebody_who_was_here_lately_is_known_beforehand(shop):
    zone = ZoneInfo("Asia/Riyadh")
    moment = Moment(now=datetime(2026, 3, 15, 12, tzinfo=zone), zone=zone)
    person = replace(
        drawn.make_person(1, moment),
        orders=[drawn.Order(moment.now - timedelta(days=days), 10, "", "web", "SAR") for days in (1, 5, 9)],
    )
    ids = store_people([person])
    last = Last(10, Unit.DAYS)
    here = t.Orders(t.Measure.COUNT, window=last, range=t.Range(1, None))
    often = t.Orders(t.Measure.COUNT, window=last, range=t.Range(3, None))
    trees = {here: (False, None), t.Not(here): (True, None), t.All((here, often)): (False, None)}

    for tree, then in trees.items():
        check(tree, [person], ids, moment)
        assert [tuple(row[3:]) for row in run(*compile_tree(tree, moment, ids=ids, foresees=True))] == [then]


@pytest.mark.parametrize(
    "today", [date(2026, 2, 28), date(2026, 3, 1), date(2028, 2, 29), date(2026, 12, 31)]
)
def test_ages_and_birthdays_agree_on_every_border(shop, today):
    zone = ZoneInfo("Asia/Riyadh")
    moment = Moment(now=datetime(today.year, today.month, today.day, 12, tzinfo=zone), zone=zone)
    births = [
        born + timedelta(days=ahead)
        for born in (today.replace(year=today.year - 20, day=min(28, today.day)), date(2008, 2, 29), today)
        for ahead in range(-2, 4)
    ]
    people = [replace(drawn.make_person(place, moment), birth_date=born) for place, born in enumerate(births)]
    ids = store_people(people)
    tests = [t.Range(20, 20), t.Range(20, None), t.Range(None, 19), t.Range(18.5, 20.5), t.Range(0, 0)]

    for test in tests:
        check(t.Profile("age", test), people, ids, moment)
    for test in (
        t.Yearly(0, 0),
        t.Yearly(1, 1),
        t.Yearly(0, 7),
        t.Yearly(300, 300),
        t.Yearly(0, 0, Calendar.HIJRI),
        t.Yearly(10, 12, Calendar.HIJRI),
        t.Within(Next(2, Unit.DAYS)),
    ):
        check(t.Profile("birth_date", test), people, ids, moment)
