"""Programmes that begin with a control group: who comes in, who is kept aside, and whether what is said of it holds."""

import numpy as np
import pytest
from django.urls import reverse
from tests.build import NOON, make_business, make_customer, make_order, order_event, tell

from wafaa.act.points.models import Wallet
from wafaa.decide.experiments.models import Experiment, Exposure, list_arms
from wafaa.decide.experiments.rules import CONTROL, TREATED, Answer, Kind, assign, make_arms
from wafaa.decide.experiments.tests.build import make_people
from wafaa.decide.loyalty.actions import change_programme, join, make_programme, reckon_orders, save_draft
from wafaa.decide.loyalty.actions.holding import SHARES, end_trial, launch
from wafaa.decide.loyalty.actions.making import Plan
from wafaa.decide.loyalty.errors import ControlNotPossible
from wafaa.decide.loyalty.models import Earning, Member, Trial
from wafaa.decide.loyalty.queries import Cart, CartLine, quote
from wafaa.decide.loyalty.queries.trials import Asked, count_asked, find_trial, read_trial
from wafaa.decide.loyalty.tests.build import DAY, SPEND, make_live
from wafaa.kit import clock
from wafaa.know.customers.models import Customer, DistinctId
from wafaa.know.orders.models import Order, OrderLine

pytestmark = pytest.mark.django_db
WORTH = {"points": 1, "minor": 100, "currency": "SAR"}


def make_draft(*rules, worth=None):
    programme = make_programme(name={"en": "Club", "ar": "النادي"}, by=None)
    content = {"rules": list(rules)} | ({"worth": worth} if worth else {})
    save_draft(programme=programme, content=content, by=None)
    return programme


def begin(*rules, control_bp=2_000, at=NOON - DAY, worth=None):
    """Begun with a fifth aside, by a lot that is always the same."""
    with clock.fixed_at(at):
        trial = launch(programme=make_draft(*rules, worth=worth), control_bp=control_bp, by=None)
    Experiment.objects.filter(pk=trial.experiment_id).update(salt="a lot")
    return find_trial(trial.programme)


def sort_sides(trial, people):
    """By the experiment's own rule: (treated, control)."""
    told = assign("a lot", list_arms(trial.experiment), [one.uuid for one in people])
    return tuple([one for one in people if told[one.uuid] == side] for side in (TREATED, CONTROL))


def list_members():
    return set(Member.objects.values_list("customer_id", flat=True))


def test_the_control_group_neither_joins_by_buying_nor_earns_and_both_sides_come_in_with_that_purchase():
    trial = begin(SPEND)
    people = make_people(30)
    treated, control = sort_sides(trial, people)
    tell(
        *(
            order_event(one.external_id, customer=one.external_id, lines=[("TEA", 1, "100.00")])
            for one in people
        )
    )

    assert len(control) > 2
    assert list_members() == {one.pk for one in treated}
    assert Earning.objects.count() == len(treated)
    came = {one.distinct_id: (one.variant.key, one.at) for one in Exposure.objects.select_related("variant")}
    moment = NOON + (NOON.resolution)
    assert came == {one.external_id: (TREATED, moment) for one in treated} | {
        one.external_id: (CONTROL, moment) for one in control
    }

    # told again, and buying again, changes nothing
    reckon_orders(order_ids=list(Order.objects.values_list("pk", flat=True)))
    make_order("again", customer=control[0].external_id, at=NOON + DAY)
    assert list_members() == {one.pk for one in treated}
    assert Exposure.objects.count() == 30


def test_whoever_asks_is_never_refused_and_is_counted():
    trial = begin(SPEND)
    people = make_people(30)
    _treated, (early, late, *_rest) = sort_sides(trial, people)
    with clock.fixed_at(NOON):
        join(programme=trial.programme, customer_id=early.pk, via="till")
    make_order("E", customer=early.external_id, lines=[("TEA", 1, "100.00")], at=NOON + DAY)
    make_order("L", customer=late.external_id, at=NOON)
    with clock.fixed_at(NOON + DAY):
        join(programme=trial.programme, customer_id=late.pk, via="portal")

    assert list_members() == {early.pk, late.pk}
    assert Wallet.objects.get(customer=early).active == 10  # they earn like anybody
    assert [one.distinct_id for one in Exposure.objects.all()] == [late.external_id]
    assert count_asked(trial) == Asked(before=1, after=1)


def test_a_cart_of_somebody_who_is_kept_aside_is_promised_nothing():
    trial = begin(SPEND)
    people = make_people(30)
    treated, control = sort_sides(trial, people)
    lines = [CartLine(sku="TEA", amount_minor=10_000)]

    assert [one.totals for one in quote(Cart(customer_id=treated[0].pk, lines=lines, currency="SAR"))] == [
        {"points": 10}
    ]
    assert quote(Cart(customer_id=control[0].pk, lines=lines, currency="SAR")) == []


def test_when_it_ends_the_control_group_joins_by_the_next_purchase():
    trial = begin(SPEND)
    people = make_people(30)
    control = sort_sides(trial, people)[1][0]
    make_order("1", customer=control.external_id)
    with clock.fixed_at(NOON + DAY):
        end_trial(programme=trial.programme, by=None)
    make_order("2", customer=control.external_id, at=NOON + 2 * DAY)

    assert list_members() == {control.pk}
    assert Exposure.objects.count() == 1


def test_only_a_programme_that_everybody_joins_begins_with_a_control_group_once_and_with_a_fair_share():
    began = make_live(SPEND)
    by_asking = make_draft(SPEND)
    change_programme(programme=by_asking, plan=Plan(is_automatic=False), by=None)
    for programme, share in ((began, 1_000), (by_asking, 1_000), (make_draft(SPEND), 5_000)):
        with pytest.raises(ControlNotPossible):
            launch(programme=programme, control_bp=share, by=None)
    assert Trial.objects.count() == 0
    assert SHARES == (500, 1_000, 1_500, 2_000)


def order_many(people, moments, minor=10_000):
    """Counted orders without the stream, as an import leaves them."""
    first = Order.objects.count()
    made = Order.objects.bulk_create(
        Order(
            source="test",
            external_id=f"M{first + place}",
            customer=one,
            ordered_at=at,
            currency="SAR",
            counted=True,
            counted_lines=1,
            gross_minor=minor,
            cost_minor=minor // 2,
        )
        for place, (one, at) in enumerate(zip(people, moments, strict=True))
    )
    OrderLine.objects.bulk_create(
        OrderLine(order=one, ordinal=1, quantity=1, unit_price=minor / 100, amount_minor=minor, counted=True)
        for one in made
    )
    return [one.pk for one in made]


@pytest.fixture
def many():
    """700 people who bought first in the month after NOON."""
    make_business(prices_include_tax=False)
    Customer.objects.bulk_create(
        Customer(external_id=f"P{place:04}", source="test", created_at=NOON) for place in range(700)
    )
    people = list(Customer.objects.order_by("pk"))
    DistinctId.objects.bulk_create(DistinctId(distinct_id=one.external_id, customer=one) for one in people)
    rng = np.random.default_rng(5)
    return people, [NOON + float(day) * DAY for day in rng.uniform(0, 30, len(people))], rng


def test_a_planted_effect_is_found_and_what_it_cost_goes_off_the_margin(many):
    people, firsts, rng = many
    trial = begin(SPEND | {"with_tax": False}, worth=WORTH)
    reckon_orders(order_ids=order_many(people, firsts))
    tell()
    treated = set(list_members())
    again = [
        (one, at + float(rng.uniform(1, 80)) * DAY)
        for one, at in zip(people, firsts, strict=True)
        for _ in range(rng.poisson(1.6 if one.pk in treated else 0.8))
    ]
    reckon_orders(order_ids=order_many(*zip(*again, strict=True)))
    at = NOON + 125 * DAY  # everybody was watched for 90 days

    orders = read_trial(trial, "orders", as_of=at)
    assert orders.answer is Answer.EFFECT
    (found,) = orders.comparisons
    assert found.effect.low < 0.8 < found.effect.high
    margin, net = (read_trial(trial, key, as_of=at) for key in ("margin", "net_margin"))
    shown = {group.key: group for group in net.groups}
    gross = {group.key: group for group in margin.groups}
    # each order of 100 riyals earns 10 points at 1 riyal: those of the first purchase too
    count = len(treated) + sum(one.pk in treated for one, _at in again)
    assert gross[TREATED].total - shown[TREATED].total == count * 1_000
    assert gross[CONTROL].total == shown[CONTROL].total
    assert net.metric.key == trial.experiment.main_metric == "net_margin"


def test_where_nothing_differs_hardly_ever_an_effect_is_seen(many):
    """Thirty launches with the same people and other lots, of which nobody is treated otherwise, each looked at twice."""
    people, firsts, rng = many
    order_many(people, firsts)
    again = [
        (one, at + float(rng.uniform(1, 80)) * DAY)
        for one, at in zip(people, firsts, strict=True)
        for _ in range(rng.poisson(1.0))
    ]
    order_many(*zip(*again, strict=True))
    template = begin(SPEND).experiment
    alarms = 0
    for number in range(30):
        one = Experiment.objects.create(
            name=str(number),
            kind=Kind.PROGRAMME,
            salt=f"lot {number}",
            state="running",
            main_metric="orders",
            window_days=30,
            created_at=NOON,
            started_at=NOON,
        )
        variants = {
            arm.key: one.variants.create(position=place, key=arm.key, share_bp=arm.share_bp)
            for place, arm in enumerate(make_arms(control_bp=2_000))
        }
        sides = assign(one.salt, make_arms(control_bp=2_000), [person.uuid for person in people])
        Exposure.objects.bulk_create(
            Exposure(
                experiment=one, distinct_id=person.external_id, variant=variants[sides[person.uuid]], at=at
            )
            for person, at in zip(people, firsts, strict=True)
        )
        trial = Trial(programme=template_programme(template), experiment=one)
        looks = [read_trial(trial, "orders", as_of=NOON + day * DAY) for day in (48, 62)]
        alarms += any(look.answer is Answer.EFFECT for look in looks)

    assert alarms <= 2  # 5 of 100


def template_programme(experiment):
    return Trial.objects.get(experiment=experiment).programme


def test_the_pages_offer_shares_before_and_show_the_reading_afterwards(client_as, manager):
    manager.language = "en"
    manager.save()
    client = client_as(manager)
    programme = make_draft(SPEND, worth=WORTH)
    make_customer("1")
    shown = client.get(reverse("loyalty-proof", args=[programme.uuid])).content.decode()
    assert "Begin with a control group" in shown
    client.post(reverse("loyalty-begin", args=[programme.uuid]), {"share": "1000"})
    programme.refresh_from_db()
    assert programme.state == "live"
    shown = client.get(reverse("loyalty-proof", args=[programme.uuid])).content.decode()
    assert "Too early to say" in shown
    client.post(reverse("loyalty-proof-end", args=[programme.uuid]))
    assert Experiment.objects.get().state == "finished"
