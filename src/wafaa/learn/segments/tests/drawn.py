"""Random trees, people and moments; times crowd around midnights, month ends and changes of daylight saving."""

import uuid
from datetime import UTC, date, datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from wafaa.kit.calendars import Calendar
from wafaa.learn.segments.rules import Happening, Line, Moment, Order, Person
from wafaa.learn.segments.rules import tree as t
from wafaa.learn.segments.rules.windows import Between, Ever, Last, Next, Unit
from wafaa.science.rfm import GROUPS

LIST = uuid.UUID(int=7)
STORES, CHANNELS, CATEGORIES = ("R1", "J1"), ("web", "pos"), ("food", "home")
# A product has one category.
SKUS = tuple(f"{one}:{category}" for one in ("tea", "cup") for category in CATEGORIES)
TEXTS = ("", "Jeddah", "جدة", "Riyadh", "jed 7")
OWN_TEXTS = (
    "",
    "yes",
    "Yes",
    "نعم",
    "false",
    "true",
    "7",
    "7.50",
    "-3",
    "1e3",
    "2026-03-29",
    "2024-02-29",
    "2026-02-30T1",
    "x",
)
EVENTS, PROPERTIES = ("Product Viewed", "Store Entered"), ("store", "price", "a.b")
CONSENTS = (("email", "marketing"), ("sms", "service"))
# Midnights that are left out, doubled or plain: Havana and Cairo change at midnight, the others later or never.
ZONES = ("Asia/Riyadh", "America/New_York", "Africa/Cairo", "America/Havana", "Europe/London", "Pacific/Apia")
CORNERS = (
    datetime(2026, 3, 8, 5, tzinfo=UTC), datetime(2026, 11, 1, 5, tzinfo=UTC), datetime(2026, 4, 23, 22, tzinfo=UTC),
    datetime(2026, 10, 29, 21, tzinfo=UTC), datetime(2026, 3, 29, 1, tzinfo=UTC), datetime(2026, 2, 28, 21, tzinfo=UTC),
    datetime(2024, 2, 28, 22, tzinfo=UTC), datetime(2024, 2, 29, 22, tzinfo=UTC), datetime(2026, 12, 31, 21, tzinfo=UTC),
    datetime(2026, 5, 30, 21, tzinfo=UTC),
)  # fmt: skip

SHIFTS = st.one_of(
    st.integers(-70, 3).map(lambda days: timedelta(days=days)),
    st.integers(-72, 6).map(lambda hours: timedelta(hours=hours)),
    st.sampled_from([timedelta(microseconds=one) for one in (-1, 0, 1)]),
)


@st.composite
def moments(draw):
    now = draw(st.sampled_from(CORNERS)) + draw(SHIFTS) + draw(SHIFTS)
    return Moment(now=now, zone=ZoneInfo(draw(st.sampled_from(ZONES))), currency="SAR")


def make_time(chance, moment):
    """Around now, and around midnights near it, to the microsecond."""
    small = timedelta(microseconds=chance.choice([-1, 0, 1]))
    if chance.random() < 0.5:
        return moment.start_of(moment.today + timedelta(days=chance.randint(-65, 2))) + small
    return (
        moment.now
        - timedelta(hours=chance.choice([chance.randint(-3, 80), chance.randint(80, 1700)]))
        + small
    )


AGES = (0, 1, 20, 21, 22, 70, 102)


def make_day(chance, moment):
    near = moment.today + timedelta(days=chance.choice([chance.randint(-2, 2), chance.randint(-70, 70)]))
    years_ago = near.replace(year=near.year - chance.choice(AGES), day=min(28, near.day))
    return chance.choice([near, years_ago, years_ago, years_ago, date(2000, 2, 29)])


UNITS = {Unit.HOURS: (1, 80), Unit.DAYS: (1, 65), Unit.WEEKS: (1, 9), Unit.MONTHS: (1, 3)}


def lasts(units=tuple(UNITS), kind=Last):
    return st.sampled_from(units).flatmap(lambda unit: st.integers(*UNITS[unit]).map(lambda n: kind(n, unit)))


def spans():
    ends = st.one_of(st.none(), st.dates(date(2026, 1, 1), date(2026, 12, 31)))
    return (
        st.tuples(ends, ends)
        .filter(any)
        .map(lambda both: Between(*sorted(both)) if all(both) else Between(*both))
    )


WINDOWS = st.one_of(st.just(Ever()), lasts(), lasts(), spans())
DAY_WINDOWS = st.one_of(lasts((Unit.DAYS, Unit.WEEKS)), lasts((Unit.DAYS, Unit.WEEKS), Next), spans())


FEW = st.integers(0, 4)


def ranges(numbers=FEW):
    ends = st.tuples(st.one_of(st.none(), numbers), st.one_of(st.none(), numbers))
    return (
        ends.filter(lambda both: both != (None, None))
        .map(lambda both: both if None in both else tuple(sorted(both)))
        .map(lambda both: t.Range(*both))
    )


YEARLY = st.tuples(st.integers(0, 300), st.integers(0, 40), st.sampled_from(Calendar)).map(
    lambda drawn: t.Yearly(drawn[0], min(300, drawn[0] + drawn[1]), drawn[2])
)


def some(values):
    return st.lists(st.sampled_from(values), min_size=1, max_size=2, unique=True).map(tuple)


def text_tests(texts):
    known = [text for text in texts if text]
    return st.one_of(
        some(known).map(t.OneOf),
        st.sampled_from(["je", "ED", "7", "جد"]).flatmap(
            lambda one: st.sampled_from([t.Contains(one), t.Begins(one)])
        ),
        st.booleans().map(t.Known),
    )


MORE_TESTS = st.one_of(
    text_tests(OWN_TEXTS), st.booleans().map(t.IsYes), ranges(st.sampled_from([-3, 0, 7, 7.5, 2]))
)
OWN_TESTS = st.one_of(MORE_TESTS, DAY_WINDOWS.map(t.Within), YEARLY)


def one_kind_of(*kinds):
    """Each as often as it stands there: one_of would count the alternatives within them."""
    return st.sampled_from(kinds).flatmap(lambda kind: kind)


PROFILES = one_kind_of(
    st.builds(t.Profile, st.sampled_from(["city", "name"]), text_tests(TEXTS)),
    st.builds(t.Profile, st.just("own.size"), OWN_TESTS),
    st.sampled_from(
        [
            t.Profile("owner", t.OneOf((1,))),
            t.Profile("owner", t.Known(True)),
            t.Profile("tags", t.Known(False)),
        ]
    ),
    st.builds(t.Profile, st.just("tags"), some((1, 2)).map(t.OneOf)),
    st.builds(t.Profile, st.just("age"), ranges(st.sampled_from(AGES))),
    st.builds(
        t.Profile,
        st.just("birth_date"),
        st.one_of(st.booleans().map(t.Known), DAY_WINDOWS.map(t.Within), YEARLY),
    ),
    st.builds(t.Profile, st.just("created_at"), st.one_of(lasts(), spans()).map(t.Within)),
)


@st.composite
def histories(draw):
    """Conditions on orders and events."""
    window = draw(WINDOWS)
    if draw(st.booleans()):
        where = t.Where(
            stores=draw(st.one_of(st.just(()), some(STORES))),
            channels=draw(st.one_of(st.just(()), some(CHANNELS))),
            products=draw(st.one_of(st.just(()), some(SKUS))),
            categories=draw(st.one_of(st.just(()), some(CATEGORIES))),
            currency=draw(st.sampled_from(["", "SAR", "KWD"])),
        )
        measure = draw(st.sampled_from(list(t.Measure)))
        money = measure in {t.Measure.SUM, t.Measure.AVERAGE}
        wanted = draw(ranges(st.integers(0, 30) if money else st.integers(0, 4)))
        return t.Orders(measure, where, window, t.Range() if measure in {"first", "last"} else wanted)
    where = draw(
        st.lists(st.builds(t.Property, st.sampled_from(PROPERTIES), MORE_TESTS), max_size=2).map(tuple)
    )
    measure = draw(st.sampled_from([t.Measure.COUNT, t.Measure.COUNT, t.Measure.FIRST, t.Measure.LAST]))
    wanted = t.Range() if measure in {"first", "last"} else draw(ranges())
    return t.Events(draw(st.sampled_from(EVENTS)), measure, where, window, wanted)


CONDITIONS = one_kind_of(
    histories(),
    histories(),
    histories(),
    histories(),
    PROFILES,
    PROFILES,
    st.builds(t.AtStore, st.sampled_from(list(t.Did)), some(STORES), WINDOWS, ranges()),
    st.builds(
        lambda of, stands: t.Consent(*of, stands),
        st.sampled_from(CONSENTS),
        st.sampled_from(list(t.ConsentIs)),
    ),
    one_kind_of(
        some(GROUPS[:3]).map(t.Rfm), some(tuple(t.ParetoClass)).map(t.Pareto), st.just(t.Listed(LIST))
    ),
)


def join(inner, most):
    parts = st.lists(inner, max_size=most).map(tuple)
    return one_kind_of(parts.map(t.All), parts.map(t.Some))


INNER = one_kind_of(CONDITIONS, CONDITIONS, CONDITIONS.map(t.Not), join(CONDITIONS, 3))
TREES = one_kind_of(CONDITIONS, join(INNER, 3), join(INNER, 3), join(INNER, 3).map(t.Not))


# People are made by chance of their own: drawn one by one they would use up what hypothesis draws from.
SEEDS = st.integers(0, 2**32)


def make_person(seed, moment, customer_id=1):
    chance = Random(seed)

    def some_of(values, most):
        return [chance.choice(values) for _ in range(chance.randint(0, most))]

    def make_order():
        return Order(
            make_time(chance, moment),
            chance.randint(0, 20),
            chance.choice(("", *STORES)),
            chance.choice(CHANNELS),
            chance.choice(("SAR", "SAR", "KWD")),
            tuple(Line(sku, sku[4:], chance.randint(0, 9)) for sku in some_of(SKUS, 2)),
        )

    def make_event():
        told = {name: chance.choice((*OWN_TEXTS, *STORES)) for name in some_of(PROPERTIES, 3)}
        return Happening(make_time(chance, moment), told)

    return Person(
        customer_id=customer_id,
        texts={"city": chance.choice(TEXTS), "name": chance.choice(TEXTS)},
        own=dict([("size", chance.choice(OWN_TEXTS))] * chance.randint(0, 1)),
        owner=chance.choice([None, 1, 2]),
        tags=frozenset(some_of([1, 2, 3], 2)),
        birth_date=make_day(chance, moment) if chance.random() < 0.8 else None,
        created_at=make_time(chance, moment),
        orders=[make_order() for _ in range(chance.randint(0, 6))],
        events={name: [make_event() for _ in range(chance.randint(0, 6))] for name in EVENTS},
        consents={one: chance.random() < 0.5 for one in some_of(CONSENTS, 2)},
        rfm_group=chance.choice(["", *GROUPS[:3]]),
        pareto_class=chance.choice(["", "a", "b", "c"]),
        lists=frozenset(some_of([LIST], 1)),
    )
