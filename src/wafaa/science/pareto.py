"""How much of a total the largest few hold (the 80/20 question), exactly."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from wafaa.science.histogram import sort_histogram
from wafaa.science.intervals import Reason


@dataclass(frozen=True, kw_only=True)
class Concentration:
    """`shares[x]` is the share of the total that the top x per cent hold (0 to 100; their number is rounded down).

    `members_for_80` is the least number, largest first, that holds at least 80 per cent. Empty and 0, with a reason, where
    there is no positive total.
    """

    members: int
    total: int
    shares: tuple[float, ...]
    members_for_80: int
    reason: Reason = ""


def find_concentration(values: ArrayLike, counts: ArrayLike) -> Concentration:
    """From a histogram of what each member holds (integers, such as minor units)."""
    keys, totals = sort_histogram(values, counts)
    keys, totals = keys[::-1], totals[::-1]
    members, total = int(totals.sum()), int((keys * totals).sum())
    if members == 0 or total <= 0:
        return Concentration(members=members, total=total, shares=(), members_for_80=0, reason="empty")
    ends, sums = np.cumsum(totals), np.cumsum(keys * totals)

    def sum_of_top(count: int) -> int:
        index = int(np.searchsorted(ends, count, side="left"))
        return int(sums[index]) - (int(ends[index]) - count) * int(keys[index])

    shares = tuple(sum_of_top(members * percent // 100) / total for percent in range(101))
    needed = -(-4 * total // 5)
    # holdings below 0 would make the sums fall again: look for the first sum that reaches the need
    index = int(np.argmax(sums >= needed))
    before = int(sums[index - 1]) if index else 0
    rest = -(-(needed - before) // int(keys[index]))
    members_before = int(ends[index - 1]) if index else 0
    return Concentration(members=members, total=total, shares=shares, members_for_80=members_before + rest)


def find_borders(values: ArrayLike, counts: ArrayLike, *, shares: tuple[float, ...]) -> tuple[int, ...]:
    """For each share of the total the value from which on members belong to those who hold at least that share, largest first.

    From a histogram of what each member holds. Who holds the same is never parted. Where there is no positive total, a value
    that nobody reaches.
    """
    keys, totals = sort_histogram(values, counts)
    keys, totals = keys[::-1], totals[::-1]
    total = int((keys * totals).sum())
    if len(keys) == 0 or total <= 0:
        return tuple((int(keys[0]) if len(keys) else 0) + 1 for _ in shares)
    sums = np.cumsum(keys * totals)
    return tuple(int(keys[int(np.argmax(sums >= share * total))]) for share in shares)
