"""What the judging statement says, as plain rows beside the rules that it judged."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Any

from wafaa.decide.loyalty.models import Version
from wafaa.decide.loyalty.rules import Effect, Refusal, Rounding, list_refusals
from wafaa.decide.loyalty.rules.content import Content, Earn, read_content


@dataclass(frozen=True, kw_only=True)
class Judged:
    """What one rule gives, or would: `raw` by itself, `points` after its group, `capped` after its caps, `target` at last."""

    rule: Earn
    verdict: int
    base: int
    pieces: Decimal
    raw: int
    points: int
    capped: int
    target: int

    @property
    def refusals(self) -> list[Refusal]:
        return list(list_refusals(self.verdict))

    @property
    def missing_minor(self) -> int | None:
        """So much more money would give the next point, or open the rule; None where money is not what is missing."""
        rule = self.rule
        if self.verdict & CONDITIONS_BUT_MONEY:
            return None
        if rule.minimum is not None and self.base < rule.minimum:
            return rule.minimum - self.base
        if rule.effect is not Effect.MONEY or self.target < self.raw:
            return None
        return find_next(rule, self.base) - self.base

    @property
    def missing_pieces(self) -> Decimal | None:
        """So many more pieces would give the next point."""
        if (
            self.rule.effect is not Effect.PIECE
            or self.target < self.raw
            or self.verdict & CONDITIONS_BUT_MONEY
        ):
            return None
        wanted = Decimal(self.raw + 1) * self.rule.per / self.rule.points
        return max(Decimal(0), wanted - self.pieces)


CONDITIONS_BUT_MONEY = int(
    Refusal.DATES | Refusal.WEEKDAY | Refusal.HOUR | Refusal.STORE | Refusal.CHANNEL | Refusal.SEGMENT
    | Refusal.TIER | Refusal.CURRENCY | Refusal.FIRST | Refusal.GIVEN
)  # fmt: skip


def find_next(rule: Earn, base: int) -> int:
    """The smallest base that gives more points than this one."""
    had = count_points(rule, base)
    low, high = base, base + rule.per + 1
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if count_points(rule, middle) > had else (middle + 1, high)
    return low


def count_points(rule: Earn, base: int) -> int:
    """Points for so much money, by the rule's rounding."""
    told = base * rule.points
    match rule.rounding:
        case Rounding.DOWN:
            return told // rule.per
        case Rounding.HALF_UP:
            return (2 * told + rule.per) // (2 * rule.per)
        case Rounding.UP:
            return -(-told // rule.per)


@lru_cache(maxsize=256)
def read_version(version_id: int) -> Content:
    """Of a published one, which never changes."""
    return read_content(Version.objects.values_list("content", flat=True).get(pk=version_id))


def read_rows(rows: Any, content: Content) -> Iterator[Judged]:
    """Rows of (rule, verdict, base, pieces, raw, points, capped, target)."""
    rules = {one.id: one for one in content.rules}
    for rule, verdict, base, pieces, raw, points, capped, target in rows:
        yield Judged(
            rule=rules[rule],
            verdict=verdict,
            base=base,
            pieces=Decimal(str(pieces)),
            raw=raw,
            points=points,
            capped=capped,
            target=target,
        )
