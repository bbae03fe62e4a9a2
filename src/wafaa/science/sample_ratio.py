"""Whether people were divided as was meant: if not, something is broken, and no effect may be read from it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from wafaa.science.distributions import find_chi_square_tail

# So rarely does chance alone divide people so: one alarm in a thousand experiments is false (Fabijan et al., KDD 2019, 3.1).
THRESHOLD = 0.001


@dataclass(frozen=True, kw_only=True)
class RatioCheck:
    """`p_value` is how often chance alone would divide people so unevenly; None with a reason where there is nobody."""

    statistic: float | None
    p_value: float | None
    expected: tuple[float, ...] = ()
    reason: Literal["", "empty", "invalid"] = ""

    @property
    def is_broken(self) -> bool:
        return self.reason == "invalid" or (self.p_value is not None and self.p_value < THRESHOLD)


def check_ratio(counts: Sequence[int], shares: Sequence[int]) -> RatioCheck:
    """Pearson's chi-square test of how many came into each group against the shares that were meant (Philosophical Magazine 50,
    1900). `shares` are weights of any unit. Somebody in a group without a share is invalid.
    """
    if len(counts) != len(shares) or any(
        count < 0 or share < 0 or (count and not share) for count, share in zip(counts, shares, strict=False)
    ):
        return RatioCheck(statistic=None, p_value=None, reason="invalid")
    people, whole = sum(counts), sum(shares)
    groups = [(count, share) for count, share in zip(counts, shares, strict=True) if share]
    if not people or len(groups) < 2:
        return RatioCheck(statistic=None, p_value=None, reason="empty")
    expected = tuple(people * share / whole for share in shares)
    statistic = sum(
        (count - people * share / whole) ** 2 / (people * share / whole) for count, share in groups
    )
    return RatioCheck(
        statistic=statistic, p_value=find_chi_square_tail(len(groups) - 1, statistic), expected=expected
    )
