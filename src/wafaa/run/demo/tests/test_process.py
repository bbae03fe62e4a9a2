"""The simulator: the same seed gives the same shop, and estimates from its orders come back to its truth."""

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest
from hijridate import Hijri
from scipy.optimize import minimize
from scipy.special import betaln, gammaln

from wafaa.run.demo.catalogue import BRANCHES, PRODUCTS
from wafaa.run.demo.events import tell_shop, write_chunks
from wafaa.run.demo.process import LEAVING, STORE, Parameters, simulate
from wafaa.run.demo.seasons import build_calendar, name_season
from wafaa.run.demo.shop import open_shop

END = date(2026, 11, 21)


@pytest.fixture(scope="module")
def shop():
    return open_shop(simulate(parameters=Parameters(), end=END))


@pytest.fixture(scope="module")
def truth(shop):
    return shop.truth


def tell_as_bytes(parameters, end):
    shop = open_shop(simulate(parameters=parameters, end=end))
    return b"".join(csv for _count, csv in write_chunks(shop, tell_shop(shop)))


def test_the_same_seed_and_day_give_the_same_shop_to_the_last_byte():
    few = Parameters(customers=150)
    assert tell_as_bytes(few, END) == tell_as_bytes(few, END)
    assert tell_as_bytes(few, END) != tell_as_bytes(replace(few, seed=1448), END)
    assert tell_as_bytes(few, END) != tell_as_bytes(few, END + timedelta(days=1))


def test_the_shop_has_the_size_that_the_console_is_looked_at_with(shop):
    assert len(shop.people) == 2_600
    assert 15_000 <= len(shop.orders) <= 20_000
    assert len(PRODUCTS) == 60
    assert {order.branch for order in shop.orders} == {"", *(branch.code for branch in BRANCHES)}


def test_no_order_lies_outside_the_two_years(shop, truth):
    days = [(order.at + timedelta(hours=3)).date() for order in shop.orders]
    assert min(days) >= truth.calendar.first == date(2024, 11, 21)
    assert max(days) == END - timedelta(days=1)


def test_nobody_buys_after_leaving(truth):
    made = truth.purchases
    last = np.full(truth.parameters.customers, -1)
    np.maximum.at(last, made.customer, made.number)
    assert (made.number[made.left] == last[made.customer[made.left]]).all()


def test_the_mean_rate_can_be_estimated_from_the_orders(truth):
    made, people = truth.purchases, truth.population
    until = np.full(truth.parameters.customers, truth.season_end)
    until[made.customer[made.left]] = made.season_time[made.left]
    exposure = until - people.acquired
    repeats = np.bincount(made.customer) - 1
    # Over any customers, repeats are on average rate times exposure; some 15,900 of them vary by under 1 %
    assert repeats.sum() == pytest.approx((people.rate_per_day * exposure).sum(), rel=0.03)
    assert people.rate_per_day.mean() == pytest.approx(truth.parameters.mean_rate_per_day, rel=0.05)


def test_fitting_the_model_to_what_a_shop_sees_comes_back_to_the_parameters(truth):
    made, people, parameters = truth.purchases, truth.population, truth.parameters
    repeats = np.bincount(made.customer) - 1
    last = np.zeros(parameters.customers)
    np.maximum.at(last, made.customer, made.season_time)
    observed = truth.season_end - people.acquired

    def negative_likelihood(logs):
        r, alpha, a, b = np.exp(logs)
        buying = gammaln(r + repeats) - gammaln(r) + r * np.log(alpha)
        staying = betaln(a, b + repeats + 1) - betaln(a, b)
        alive = -(r + repeats) * np.log(alpha + observed)
        gone = np.log(a) - np.log(b + repeats) - (r + repeats) * np.log(alpha + last - people.acquired)
        return -(buying + staying + np.logaddexp(alive, gone)).mean()

    r, alpha, a, b = np.exp(
        minimize(
            negative_likelihood, np.log([1, 20, 1, 5]), method="Nelder-Mead", options={"maxiter": 2000}
        ).x
    )
    assert r / alpha == pytest.approx(parameters.mean_rate_per_day, rel=0.08)
    assert r == pytest.approx(parameters.rate_shape, rel=0.12)
    assert a / (a + b) == pytest.approx(parameters.mean_leave_probability, rel=0.12)


def test_what_customers_spend_is_on_average_what_they_meant_to_spend(shop, truth):
    charged = np.array([order.gross_minor for order in shop.orders[: len(truth.purchases.customer)]])
    assert charged.mean() == pytest.approx(truth.purchases.spend_minor.mean(), rel=0.005)
    first_orders = truth.purchases.number == 1
    assert charged[first_orders].mean() == pytest.approx(truth.parameters.mean_spend_minor, rel=0.05)


def test_satisfaction_moves_leaving_but_not_its_mean(truth):
    made = truth.purchases
    factor = np.array(LEAVING)[made.satisfaction - 1]
    assert factor.mean() == pytest.approx(1, abs=0.03)
    assert made.left[made.satisfaction <= 2].mean() > 2 * made.left[made.satisfaction == 5].mean()


def test_late_deliveries_displease(truth):
    made = truth.purchases
    late = made.delay_days > 1.5
    assert late.sum() > 200
    assert made.satisfaction[late].mean() < made.satisfaction[made.delay_days <= 0].mean() - 0.8


def test_the_failing_courier_makes_deliveries_late(truth):
    made = truth.purchases
    start, end = truth.parameters.trouble_days
    day = made.hour // 24
    during = (day >= start) & (day < end) & (made.channel != STORE)
    outside = ~during & (made.channel != STORE)
    assert made.delay_days[during].mean() > made.delay_days[outside].mean() + 1


def test_feasts_fall_where_the_hijri_calendar_puts_them():
    assert name_season(date(2026, 2, 17)) == "before_ramadan"
    assert name_season(date(2026, 2, 18)) == "ramadan"
    assert name_season(date(2026, 3, 19)) == "last_ten"
    assert name_season(date(2026, 3, 20)) == "eid_al_fitr"
    eid = Hijri(1447, 12, 10).to_gregorian()
    assert name_season(eid) == "eid_al_adha"
    assert name_season(eid - timedelta(days=1)) == "before_eid_al_adha"
    assert name_season(date(2026, 9, 23)) == "national_day"
    assert name_season(date(2026, 7, 15)) == "summer"


def test_seasons_and_weekdays_are_visible_in_the_orders(truth):
    days = truth.calendar.days
    per_day = np.bincount((truth.purchases.hour // 24).astype(int), minlength=days)
    season = np.array(truth.calendar.season)
    # the second year, in which the number of customers moves little
    late = np.arange(days) >= 365
    assert per_day[late & (season == "last_ten")].mean() > 1.4 * per_day[late & (season == "ordinary")].mean()
    assert per_day[late & (season == "summer")].mean() < 0.95 * per_day[late & (season == "ordinary")].mean()
    weekday = np.array([(truth.calendar.first + timedelta(days=day)).weekday() for day in range(days)])
    assert per_day[weekday == 4].mean() > 1.25 * per_day[weekday == 0].mean()


def test_ramadan_lives_at_night(truth):
    hour_of_day = truth.purchases.hour % 24
    season = np.array(truth.calendar.season)[(truth.purchases.hour // 24).astype(int)]
    fasting = np.isin(season, ("ramadan", "last_ten"))
    assert (hour_of_day[fasting] < 4).mean() > 0.15
    assert (hour_of_day[~fasting] < 4).mean() < 0.05


def test_the_calendar_keeps_the_mean_at_one():
    calendar = build_calendar(first=date(2024, 11, 21), days=730)
    assert calendar.weight.mean() == pytest.approx(1)
    assert calendar.hours().sum() == pytest.approx(730)


def test_people_can_be_found_and_reached_nowhere(shop):
    mails = [person.email for person in shop.people if person.email]
    assert all(mail.split("@")[1] in {"example.com", "example.net", "example.org"} for mail in mails)
    assert len(set(mails)) == len(mails)
    phones = [person.phone for person in shop.people if person.phone]
    assert all(phone.startswith("+9665") and len(phone) == 13 for phone in phones)
    assert all(person.email or person.phone for person in shop.people)
    assert {person.language for person in shop.people} == {"ar", "en"}


def test_walk_ins_are_told_without_a_person(shop):
    told = [event for event in tell_shop(shop) if event.properties.get("anonymous")]
    assert len(told) == len(shop.truth.walk_in_hours) > 300
    assert all(event.distinct_id == f"order:demo:{event.properties['order_id']}" for event in told)


def test_a_refund_gives_back_what_its_lines_were_charged(shop):
    told = {
        event.properties["refund_id"]: event for event in tell_shop(shop) if event.name == "Order Refunded"
    }
    refunds = [order.refund for order in shop.orders if order.refund]
    assert len(told) == len(refunds) > 200
    for refund in refunds:
        lines = told[refund.number].properties["products"]
        charged = sum(round(float(line["price"]) * int(line["quantity"]) * 100) for line in lines)
        assert charged == sum(line.amount_minor for line in refund.lines)


def test_each_customer_is_introduced_before_the_first_purchase(shop):
    met = set()
    for event in tell_shop(shop):
        if event.type == "identify":
            met.add(event.distinct_id)
        elif not event.properties.get("anonymous") and event.name.startswith("Order"):
            assert event.distinct_id in met
