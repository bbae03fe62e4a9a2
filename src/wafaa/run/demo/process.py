"""How customers of the demo shop come, buy, judge and leave: the known process, in numpy alone.

Repeat purchases follow the modified BG/NBD model (Batislam, Denizel, Filiztekin 2007) in season time: a
customer buys with a rate of their own (gamma), and after any purchase, the first included, leaves for good
with a probability of their own (beta). Season time runs faster on busy days, so the calendar shows weeks, pay
days and feasts while the model stays exact. What a purchase was like moves the leaving: its probability is
multiplied by LEAVING[satisfaction], whose mean is 1.
"""

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from wafaa.run.demo.catalogue import BRANCHES
from wafaa.run.demo.seasons import Calendar, Floats, build_calendar

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

STORE, WEB, APP = 0, 1, 2
CHANNELS = ("store", "web", "app")

# By satisfaction 1 to 5: how many times as likely as usual the customer leaves after this purchase
LEAVING = (3.8, 2.9, 1.95, 0.95, 0.46)


@dataclass(frozen=True, kw_only=True)
class Parameters:
    """What estimates are checked against; rates per day of season time (a calendar day on average)."""

    seed: int = 1447
    customers: int = 2600
    days: int = 730
    rate_shape: float = 1.25  # gamma: mean rate_shape / rate_scale_days
    rate_scale_days: float = 37.0
    leave_a: float = 0.9  # beta: mean a / (a + b)
    leave_b: float = 7.6
    spend_shape: float = 3.2  # gamma-gamma (Fader, Hardie 2013): an order's value around the customer's mean
    spend_customer_shape: float = 4.0
    spend_customer_scale_minor: float = 14_500.0
    opening_share: float = 0.17  # of all customers come in the first 45 days
    walk_in_share: float = 0.05  # of branch orders, by people who give no name
    trouble_days: tuple[int, int] = (545, 595)  # a courier fails: days of the shop's life
    trouble_delay_days: float = 2.2

    @property
    def mean_rate_per_day(self) -> float:
        return self.rate_shape / self.rate_scale_days

    @property
    def mean_leave_probability(self) -> float:
        return self.leave_a / (self.leave_a + self.leave_b)

    @property
    def mean_spend_minor(self) -> float:
        return self.spend_shape * self.spend_customer_scale_minor / (self.spend_customer_shape - 1)


@dataclass(frozen=True)
class Population:
    """One entry per customer, in the order in which they first came."""

    acquired: Floats  # season time
    rate_per_day: Floats
    leave_probability: Floats
    mean_spend_minor: Floats
    harshness: Floats  # taken from the satisfaction with every order
    online_share: Floats
    app_share: Floats  # of the online orders
    branch_seed: Floats  # decides the home branch among those open
    far: Bools  # lives where there is no branch


@dataclass(frozen=True)
class Purchases:
    """One entry per order of a known customer, by time."""

    customer: Ints
    number: Ints  # 1 for the customer's first
    season_time: Floats
    hour: Floats  # calendar hours since the shop's first midnight
    channel: Ints
    branch: Ints  # -1 online
    spend_minor: Floats  # what the customer meant to spend
    promised_days: Floats  # nan in a branch
    delay_days: Floats  # after the promise, below 0 when early; nan in a branch
    experience: Floats  # what satisfaction is rounded from
    satisfaction: Ints  # 1 to 5
    left: Bools  # the customer's last one ever


@dataclass(frozen=True)
class Truth:
    parameters: Parameters
    calendar: Calendar
    season_clock: Floats  # season time at the end of each calendar hour
    population: Population
    purchases: Purchases
    walk_in_hours: Floats

    @property
    def season_end(self) -> float:
        return float(self.season_clock[-1])


def simulate(*, parameters: Parameters, end: date) -> Truth:
    """The truth of the shop's life up to, not including, the local day `end`: same arguments, same truth."""
    chances = [np.random.default_rng(seed) for seed in np.random.SeedSequence(parameters.seed).spawn(3)]
    calendar = build_calendar(first=end - timedelta(days=parameters.days), days=parameters.days)
    season_clock = np.cumsum(calendar.hours())
    population = _draw_population(parameters, season_clock, chances[0])
    purchases = _buy(parameters, calendar, season_clock, population, chances[1])
    branch_orders = int((purchases.channel == STORE).sum())
    walk_ins = chances[2].poisson(branch_orders * parameters.walk_in_share / (1 - parameters.walk_in_share))
    walk_in_times = np.sort(chances[2].uniform(0, season_clock[-1], walk_ins))
    return Truth(
        parameters, calendar, season_clock, population, purchases, _to_hours(walk_in_times, season_clock)
    )


def _to_hours(season_time: Floats, season_clock: Floats) -> Floats:
    """Calendar hours at which the season clock shows the given times."""
    hours = np.arange(len(season_clock) + 1, dtype=float)
    return np.asarray(np.interp(season_time, np.concatenate(([0.0], season_clock)), hours))


def _draw_population(parameters: Parameters, season_clock: Floats, chance: np.random.Generator) -> Population:
    count = parameters.customers
    opening_end = float(season_clock[45 * 24 - 1])
    early = chance.random(count) < parameters.opening_share
    # Later newcomers come at a rate that grows evenly, by half in all: the inverse of a linear density
    u = chance.random(count)
    growth = (np.sqrt(1 + 1.25 * u) - 1) / 0.5
    acquired = np.where(early, opening_end * chance.random(count) ** 1.4, season_clock[-1] * growth)
    leaning = chance.beta(0.55, 0.8, count)
    far = chance.random(count) >= 0.82
    return Population(
        acquired=np.sort(acquired),
        rate_per_day=chance.gamma(parameters.rate_shape, 1 / parameters.rate_scale_days, count),
        leave_probability=chance.beta(parameters.leave_a, parameters.leave_b, count),
        mean_spend_minor=parameters.spend_shape
        * parameters.spend_customer_scale_minor
        / chance.gamma(parameters.spend_customer_shape, 1.0, count),
        harshness=chance.normal(0, 0.25, count),
        online_share=np.where(far, 1.0, leaning),
        app_share=chance.beta(0.8, 0.9, count),
        branch_seed=chance.random(count),
        far=far,
    )


def _buy(
    parameters: Parameters,
    calendar: Calendar,
    season_clock: Floats,
    population: Population,
    chance: np.random.Generator,
) -> Purchases:
    """All customers side by side, purchase by purchase, until nobody is left."""
    rounds: list[Purchases] = []
    customer = np.arange(parameters.customers)
    season_time = population.acquired
    while len(customer):
        made = _make_purchases(
            parameters=parameters,
            calendar=calendar,
            population=population,
            customer=customer,
            number=len(rounds) + 1,
            season_time=season_time,
            hour=_to_hours(season_time, season_clock),
            chance=chance,
        )
        rounds.append(made)
        stays = ~made.left
        customer = customer[stays]
        season_time = season_time[stays] + chance.exponential(1 / population.rate_per_day[customer])
        in_time = season_time < season_clock[-1]
        customer, season_time = customer[in_time], season_time[in_time]
    joined = {
        name: np.concatenate([getattr(made, name) for made in rounds])
        for name in Purchases.__dataclass_fields__
    }
    by_time = np.lexsort((joined["customer"], joined["hour"]))
    return Purchases(**{name: column[by_time] for name, column in joined.items()})


def _make_purchases(
    *,
    parameters: Parameters,
    calendar: Calendar,
    population: Population,
    customer: Ints,
    number: int,
    season_time: Floats,
    hour: Floats,
    chance: np.random.Generator,
) -> Purchases:
    """One purchase of each given customer: where, how much, how it went, and whether it was the last."""
    count = len(customer)
    day = np.minimum((hour // 24).astype(np.int64), calendar.days - 1)
    online = chance.random(count) < population.online_share[customer]
    app = chance.random(count) < population.app_share[customer]
    channel = np.where(online, np.where(app, APP, WEB), STORE)
    branch = np.where(online, -1, _choose_branch(population.branch_seed[customer], day, chance))
    promised = np.where(online, np.where(population.far[customer], 4.0, 2.0), np.nan)
    delay = np.where(online, _draw_delay(parameters, calendar.rush[day], day, chance), np.nan)
    service = np.array([place.service for place in BRANCHES])[branch]
    experience = (
        4.3
        - population.harshness[customer]
        + np.where(online, -0.55 * np.clip(np.nan_to_num(delay), 0, 5), service)
        + chance.normal(0, 0.75, count)
    )
    satisfaction = np.clip(np.rint(experience), 1, 5).astype(np.int64)
    leave = population.leave_probability[customer] * np.array(LEAVING)[satisfaction - 1]
    shape = parameters.spend_shape
    return Purchases(
        customer=customer,
        number=np.full(count, number),
        season_time=season_time,
        hour=hour,
        channel=channel,
        branch=branch,
        spend_minor=chance.gamma(shape, population.mean_spend_minor[customer] / shape),
        promised_days=promised,
        delay_days=delay,
        experience=experience,
        satisfaction=satisfaction,
        left=chance.random(count) < np.minimum(leave, 1.0),
    )


def _choose_branch(branch_seed: Floats, day: Ints, chance: np.random.Generator) -> Ints:
    """The home branch, now and then another; until a branch opens its customers go to the first one."""
    edges = np.cumsum([branch.share for branch in BRANCHES])
    wandering = np.where(chance.random(len(day)) < 0.12, chance.random(len(day)), branch_seed)
    chosen = np.minimum(np.searchsorted(edges, wandering), len(BRANCHES) - 1)
    opened = np.array([branch.opened_day for branch in BRANCHES])[chosen]
    return np.where(day >= opened, chosen, 0)


def _draw_delay(parameters: Parameters, rush: Floats, day: Ints, chance: np.random.Generator) -> Floats:
    """Days after the promise: usually a little early, later in rushes, and late while the courier fails."""
    start, end = parameters.trouble_days
    trouble = np.where((day >= start) & (day < end), parameters.trouble_delay_days, 0.0)
    return chance.gamma(0.7, 0.45 + rush + trouble) - 0.4
