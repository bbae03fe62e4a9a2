"""What a treatment changed: the difference between two groups with its interval, from exact integer sums.

Every comparison is treated minus control. Without `tuning` the interval holds for one look that was planned beforehand; with it,
for looks at any time, as often as one likes (see `stretch`).
"""

from dataclasses import dataclass, field, replace
from math import hypot, log, sqrt
from typing import Literal

from wafaa.science.distributions import (
    find_normal_quantile,
    find_normal_tail,
    find_t_quantile,
    find_t_tail,
)
from wafaa.science.intervals import Interval, wilson_interval

ALPHA = 0.05
# People after which an always-valid interval is at its tightest; far from there it loses little. The default of GrowthBook.
TUNING = 5_000
# A lift in per cent of something that may be nothing is no figure: the control's mean must be so many standard errors off 0.
ERRORS_FROM_ZERO = 3.0

Method = Literal["welch", "newcombe", "always_valid"]
Reason = Literal["", "empty", "too_few", "invalid"]


@dataclass(frozen=True, kw_only=True)
class Sums:
    """Over `n` people: the sum of a figure and the sum of its squares."""

    n: int
    total: int
    squares: int


@dataclass(frozen=True, kw_only=True)
class Pairs:
    """Over `n` people: sums, sums of squares and of products of a figure y and another one x of the same people."""

    n: int
    y: int
    x: int
    yy: int
    xx: int
    xy: int

    @property
    def plain(self) -> Sums:
        return Sums(n=self.n, total=self.y, squares=self.yy)


@dataclass(frozen=True, kw_only=True)
class Effect:
    """Treated minus control with its interval; None and a reason where the data do not allow one.

    `relative` is the same as a share of the control's mean. `gain` is the share of the variance that a covariate took away.
    """

    value: float | None
    low: float | None = None
    high: float | None = None
    error: float | None = None  # the standard error
    p_value: float | None = None  # of the planned look only
    relative: Interval = field(default_factory=lambda: Interval(value=None, reason="empty"))
    gain: float | None = None
    method: Method = "welch"
    reason: Reason = ""

    @property
    def is_seen(self) -> bool:
        """Whether the interval leaves zero out."""
        return self.low is not None and self.high is not None and (self.low > 0 or self.high < 0)


@dataclass(frozen=True, kw_only=True)
class _Arm:
    """A group's estimate and the variance of that estimate."""

    mean: float
    variance: float
    n: int


def compare_means(treated: Sums, control: Sums, *, alpha: float = ALPHA, tuning: int | None = None) -> Effect:
    """The difference of two means without assuming equal spread (Welch, Biometrika 34, 1947).

    Degrees of freedom by Satterthwaite (Biometrics Bulletin 2, 1946).
    """
    if reason := _find_fault(treated, control):
        return Effect(value=None, reason=reason)
    return _compare(_as_arm(treated), _as_arm(control), alpha, tuning)


def compare_adjusted(
    treated: Pairs, control: Pairs, *, alpha: float = ALPHA, tuning: int | None = None
) -> Effect:
    """The difference of the means of y, less what x says of it: CUPED (Deng, Xu, Kohavi and Walker, WSDM 2013, section 3.2).

    x must have been settled before the treatment. y - theta (x - mean of x) has the same difference in expectation, and less
    variance by the square of their correlation; theta is their pooled covariance over the pooled variance of x.
    """
    plain = compare_means(treated.plain, control.plain, alpha=alpha, tuning=tuning)
    spread = _scatter(treated.n, treated.x, treated.x, treated.xx) / treated.n if treated.n else 0.0
    spread += _scatter(control.n, control.x, control.x, control.xx) / control.n if control.n else 0.0
    if plain.reason or spread <= 0:
        return plain
    shared = sum(_scatter(arm.n, arm.y, arm.x, arm.xy) / arm.n for arm in (treated, control))
    theta = shared / spread
    centre = (treated.x + control.x) / (treated.n + control.n)
    arms = [_adjust(arm, theta, centre) for arm in (treated, control)]
    found = _compare(arms[0], arms[1], alpha, tuning)
    if not plain.error or found.error is None:
        return plain
    return replace(found, gain=1 - (found.error / plain.error) ** 2)


def compare_rates(
    treated: tuple[int, int], control: tuple[int, int], *, alpha: float = ALPHA, tuning: int | None = None
) -> Effect:
    """The difference of two shares, each (how many did, of how many), for instance those who bought.

    The planned look has the hybrid score interval (Newcombe, Statistics in Medicine 17, 1998, p. 873, method 10), which
    stays within -1..1 and works for few; its p value is that of the pooled z test.
    """
    if not (0 <= treated[0] <= treated[1] and 0 <= control[0] <= control[1]):
        return Effect(value=None, reason="invalid", method="newcombe")
    if treated[1] == 0 or control[1] == 0:
        return Effect(value=None, reason="empty", method="newcombe")
    found = _compare(_as_share(*treated), _as_share(*control), alpha, tuning)
    if tuning is not None:
        return found
    z = find_normal_quantile(1 - alpha / 2)
    down, up = _find_reaches(*treated, z)
    their_down, their_up = _find_reaches(*control, z)
    difference = treated[0] / treated[1] - control[0] / control[1]
    return replace(
        found,
        low=difference - hypot(down, their_up),
        high=difference + hypot(up, their_down),
        p_value=_test_shares(treated, control),
        method="newcombe",
    )


def _find_reaches(successes: int, trials: int, z: float) -> tuple[float, float]:
    """How far Wilson's interval reaches below and above the share."""
    found = wilson_interval(successes, trials, z=z)
    share = successes / trials
    return share - (found.low or 0.0), (found.high or 0.0) - share


def stretch(n: int, alpha: float = ALPHA, tuning: int = TUNING) -> float:
    """By how many standard errors an always-valid interval reaches out after `n` people.

    An asymptotic confidence sequence: with probability 1 - alpha it holds the truth at all times at once, so that whoever looks
    daily and stops when they like is wrong no more often than 5 in 100 (Waudby-Smith, Arbour, Sinha, Kennedy and Ramdas, Annals
    of Statistics 52, 2024, theorem 2.2): sqrt(2 (n r^2 + 1) / (n r^2) log(sqrt(n r^2 + 1) / alpha)) standard errors,
    where r = sqrt((-2 log alpha + log(1 - 2 log alpha)) / tuning) makes it nearly tightest at `tuning` people (its appendix).
    """
    spread = n * (-2 * log(alpha) + log(1 - 2 * log(alpha))) / tuning
    return sqrt(2 * (spread + 1) / spread * log(sqrt(spread + 1) / alpha))


def _find_fault(treated: Sums, control: Sums) -> Reason:
    for arm in (treated, control):
        if arm.n < 0 or _scatter(arm.n, arm.total, arm.total, arm.squares) < 0:
            return "invalid"
    if treated.n == 0 or control.n == 0:
        return "empty"
    return "too_few" if treated.n < 2 or control.n < 2 else ""


def _scatter(n: int, first: int, second: int, products: int) -> int:
    """n times the sum of (first_i - its mean)(second_i - its mean), without rounding."""
    return n * products - first * second


def _as_arm(sums: Sums) -> _Arm:
    """Python divides integers of any size correctly rounded, so means far above their spread lose nothing."""
    n = sums.n
    return _Arm(
        mean=sums.total / n,
        variance=_scatter(n, sums.total, sums.total, sums.squares) / (n * n * (n - 1)),
        n=n,
    )


def _as_share(successes: int, trials: int) -> _Arm:
    return _Arm(mean=successes / trials, variance=successes * (trials - successes) / trials**3, n=trials)


def _adjust(pairs: Pairs, theta: float, centre: float) -> _Arm:
    n = pairs.n
    own = _scatter(n, pairs.y, pairs.y, pairs.yy)
    shared = _scatter(n, pairs.y, pairs.x, pairs.xy)
    other = _scatter(n, pairs.x, pairs.x, pairs.xx)
    scale = n * n * (n - 1)
    variance = own / scale - 2 * theta * (shared / scale) + theta * theta * (other / scale)
    return _Arm(mean=pairs.y / n - theta * (pairs.x / n - centre), variance=max(0.0, variance), n=n)


def _compare(treated: _Arm, control: _Arm, alpha: float, tuning: int | None) -> Effect:
    difference = treated.mean - control.mean
    error = sqrt(treated.variance + control.variance)
    freedom = _count_freedom(treated, control)
    if tuning is None:
        reach = find_t_quantile(freedom, 1 - alpha / 2) if error else 0.0
    else:
        reach = stretch(treated.n + control.n, alpha, tuning)
    return Effect(
        value=difference,
        low=difference - reach * error,
        high=difference + reach * error,
        error=error,
        p_value=_test(difference, error, freedom) if tuning is None else None,
        relative=_relate(treated, control, reach),
        method="welch" if tuning is None else "always_valid",
    )


def _count_freedom(treated: _Arm, control: _Arm) -> float:
    parts = sum(arm.variance**2 / (arm.n - 1) for arm in (treated, control) if arm.n > 1)
    return (treated.variance + control.variance) ** 2 / parts if parts else float("inf")


def _test(difference: float, error: float, freedom: float) -> float:
    if error == 0:
        return 1.0 if difference == 0 else 0.0
    return 2 * find_t_tail(freedom, -abs(difference) / error)


def _test_shares(treated: tuple[int, int], control: tuple[int, int]) -> float:
    """Two-sided, with the variance that holds if both shares are one."""
    pooled = (treated[0] + control[0]) / (treated[1] + control[1])
    error = sqrt(pooled * (1 - pooled) * (1 / treated[1] + 1 / control[1]))
    if error == 0:
        return 1.0
    return 2 * find_normal_tail(-abs(treated[0] / treated[1] - control[0] / control[1]) / error)


def _relate(treated: _Arm, control: _Arm, reach: float) -> Interval:
    """treated / control - 1 by the delta method (Deng, Knoblich and Lu, KDD 2018, section 2.1)."""
    if control.mean <= ERRORS_FROM_ZERO * sqrt(control.variance):
        return Interval(value=None, reason="too_few")
    ratio = treated.mean / control.mean
    half = reach * sqrt(treated.variance + ratio**2 * control.variance) / control.mean
    return Interval(value=ratio - 1, low=ratio - 1 - half, high=ratio - 1 + half)
