"""Campaigns drawn by chance, to see whether what is said of real ones holds: how often it cries wolf, how often it is right.

People buy with a likelihood of their own and for skewed amounts, as people do; what they spent before tells a part of what they
spend after. Everything is reduced to integer sums first, as for real campaigns.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wafaa.science.effects import Effect, Pairs, compare_adjusted, compare_means, compare_rates
from wafaa.science.intervals import Interval, wilson_interval

Integers = NDArray[np.int64]


@dataclass(frozen=True, kw_only=True)
class Draw:
    """What a simulated campaign is: `lift` is what a treated buyer spends more, as a share."""

    people: int = 4_000
    control_share: float = 0.2
    lift: float = 0.0
    buyers: float = 0.3
    amount_minor: int = 20_000
    skew: float = 0.6  # sigma of the lognormal amounts
    tie: float = 0.7  # how much of a person's spending is their own, before as after

    @property
    def truth(self) -> float:
        """The true difference of the means, in minor units."""
        return self.lift * self.buyers * self.amount_minor


@dataclass(frozen=True, kw_only=True)
class Score:
    """Of `runs` simulated campaigns: the share that were called an effect, and whose interval held the truth."""

    runs: int
    called: Interval
    held: Interval
    gain: float | None = None


def draw_people(rng: np.random.Generator, draw: Draw) -> tuple[Integers, Integers, NDArray[np.bool_]]:
    """What each person spent after and before, in minor units, and who was treated."""
    shape = draw.people
    own = rng.standard_normal(shape)
    # the share `tie` of the spread is the person's own; exp(-sigma^2 / 2) keeps the mean where it was
    spends = [
        draw.amount_minor
        * np.exp(
            draw.skew * (np.sqrt(draw.tie) * own + np.sqrt(1 - draw.tie) * rng.standard_normal(shape))
            - draw.skew**2 / 2
        )
        for _ in range(2)
    ]
    # of those who bought before, more buy after: half follow their own habit
    habit = rng.random(shape)
    buys = [np.where(rng.random(shape) < draw.tie, habit, rng.random(shape)) < draw.buyers for _ in range(2)]
    treated = rng.random(shape) >= draw.control_share
    after = np.rint(spends[0] * buys[0] * np.where(treated, 1 + draw.lift, 1.0)).astype(np.int64)
    before = np.rint(spends[1] * buys[1]).astype(np.int64)
    return after, before, treated


def reduce_pairs(after: Integers, before: Integers) -> Pairs:
    return Pairs(
        n=len(after),
        y=int(after.sum()),
        x=int(before.sum()),
        yy=int(after @ after),
        xx=int(before @ before),
        xy=int(after @ before),
    )


def run_campaigns(
    runs: int, *, draw: Draw | None = None, tuning: int | None = None, seed: int = 1
) -> dict[str, Score]:
    """Draws campaigns one after another and asks each what its effect was; by what was compared."""
    draw = draw or Draw()
    rng = np.random.default_rng(seed)
    found: dict[str, list[Effect]] = {"revenue": [], "adjusted": [], "buyers": []}
    for _ in range(runs):
        after, before, treated = draw_people(rng, draw)
        ours, theirs = (
            reduce_pairs(after[treated], before[treated]),
            reduce_pairs(after[~treated], before[~treated]),
        )
        found["revenue"].append(compare_means(ours.plain, theirs.plain, tuning=tuning))
        found["adjusted"].append(compare_adjusted(ours, theirs, tuning=tuning))
        bought = [(int((after[who] > 0).sum()), int(who.sum())) for who in (treated, ~treated)]
        found["buyers"].append(compare_rates(bought[0], bought[1], tuning=tuning))
    return {name: _score(effects, 0.0 if name == "buyers" else draw.truth) for name, effects in found.items()}


def run_looks(runs: int, *, looks: int = 30, draw: Draw | None = None, seed: int = 1) -> dict[str, Interval]:
    """How many campaigns without effect are called one by somebody who looks `looks` times and stops at the first finding: by
    the interval for one planned look, and by the always-valid one.
    """
    draw = draw or Draw()
    rng = np.random.default_rng(seed)
    called = {"welch": 0, "always_valid": 0}
    for _ in range(runs):
        after, before, treated = draw_people(rng, draw)
        sums = [list(_cut(after[who], before[who], looks)) for who in (treated, ~treated)]
        pairs = list(zip(*sums, strict=True))
        called["welch"] += any(compare_means(ours.plain, theirs.plain).is_seen for ours, theirs in pairs)
        called["always_valid"] += any(
            compare_means(ours.plain, theirs.plain, tuning=draw.people).is_seen for ours, theirs in pairs
        )
    return {name: wilson_interval(count, runs) for name, count in called.items()}


def _cut(after: Integers, before: Integers, looks: int) -> Iterator[Pairs]:
    """The sums of the first 1/looks, 2/looks ... of a group."""
    columns: list[Any] = [after, before, after * after, before * before, after * before]
    running = [np.cumsum(column) for column in columns]
    for look in range(1, looks + 1):
        n = max(2, len(after) * look // looks)
        y, x, yy, xx, xy = (int(column[n - 1]) for column in running)
        yield Pairs(n=n, y=y, x=x, yy=yy, xx=xx, xy=xy)


def _score(effects: list[Effect], truth: float) -> Score:
    held = sum(
        one.low is not None and one.high is not None and one.low <= truth <= one.high for one in effects
    )
    gains = [one.gain for one in effects if one.gain is not None]
    return Score(
        runs=len(effects),
        called=wilson_interval(sum(one.is_seen for one in effects), len(effects)),
        held=wilson_interval(held, len(effects)),
        gain=sum(gains) / len(gains) if gains else None,
    )
