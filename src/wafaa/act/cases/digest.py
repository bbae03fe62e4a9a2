"""What is left to do for somebody who is not at the page: what the morning mail tells. No customer's name or words."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import reverse

from wafaa.access.staff.models import Staff
from wafaa.act.cases.models import Case
from wafaa.act.cases.queries import CaseFilter, count_cases, list_cases
from wafaa.act.cases.rules import Which
from wafaa.act.cases.words import say_clock, say_score
from wafaa.kit import clock

SHOWN = 20


@dataclass(frozen=True, kw_only=True)
class CaseTold:
    """One case in words; its address begins with a slash."""

    kind: str
    severity: str
    score: str
    clock: str
    is_over: bool
    url: str


@dataclass(frozen=True, kw_only=True)
class CaseDigest:
    mine: Sequence[CaseTold]  # the most urgent first
    mine_count: int
    overdue_count: int  # everybody's
    url: str

    @property
    def left_out(self) -> int:
        return self.mine_count - len(self.mine)


def build_case_digest(staff: Staff) -> CaseDigest | None:
    """In the current language; None where this person has nothing to do and nobody is late."""
    counts = count_cases(staff)
    if not counts["mine"] and not counts["overdue"]:
        return None
    found = list_cases(CaseFilter(which=Which.MINE), staff).order_by("due_at", "pk")[:SHOWN]
    return CaseDigest(
        mine=[_tell(one) for one in found],
        mine_count=counts["mine"],
        overdue_count=counts["overdue"],
        url=reverse("cases"),
    )


def _tell(case: Case) -> CaseTold:
    now = clock.now()
    scores = (say_score(one.content.get("lowest", {})) for one in getattr(case, "told", []))
    return CaseTold(
        kind=str(case.get_kind_display()),
        severity=str(case.get_severity_display()),
        score=next((score for score in scores if score), ""),
        clock=say_clock(case, now),
        is_over=case.hours_over(now) > 0,
        url=reverse("case", args=[case.uuid]),
    )
