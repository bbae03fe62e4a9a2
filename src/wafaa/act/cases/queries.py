"""Finding cases, what was said in them, and what was done about them."""

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet

from wafaa.access.staff.models import Staff
from wafaa.access.staff.queries import list_staff
from wafaa.access.staff.rules import Capability, Role, capabilities_of
from wafaa.act.cases.errors import CaseMissing
from wafaa.act.cases.models import Case, CaseLine, CaseSettings, Signal
from wafaa.act.cases.rules import UNDO_HOURS, Target, Which, read_target
from wafaa.kit import clock
from wafaa.kit.text import fold
from wafaa.know.customers.models import Customer
from wafaa.know.customers.rules import make_search_query

# What a list can be narrowed by, as signals tell it, and how many different ones are offered.
PLACES = ("touchpoint", "store", "agent")
CHOICES_MAX = 200
_MANAGERS = frozenset({Role.OWNER, Role.MANAGER})


_CASE_COLUMNS = (
    "uuid", "kind", "opened_at", "due_at", "contacted_at", "closed_at", "outcome", "cause",
)  # fmt: skip
_SIGNAL_COLUMNS = (
    "case__uuid", "kind", "at", "order_ref", "product_ref", "store", "agent", "touchpoint", "content",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class CaseFilter:
    """What is asked of the list; what is empty narrows nothing."""

    which: Which = Which.OPEN
    search: str = ""
    survey: uuid.UUID | None = None
    places: dict[str, str] = field(default_factory=dict)  # by PLACES


def find_open_customers(customer_ids: Collection[int]) -> set[int]:
    """Those of the customers who have an open case, so that nobody asks them for more before it is seen to."""
    open_cases = Case.objects.filter(customer__in=customer_ids, closed_at=None, joined_to=None)
    return {pk for pk in open_cases.values_list("customer", flat=True) if pk is not None}


def get_target() -> Target:
    """By when cases are to be answered; the defaults where nothing was set."""
    found = CaseSettings.objects.filter(id=1).first()
    return read_target(found.told if found else {})


def list_on_duty() -> QuerySet[Staff]:
    """To whom new cases go, as long as they may handle them."""
    found = CaseSettings.objects.filter(id=1).first()
    return list_handlers().filter(pk__in=found.told.get("duty", []) if found else [])


def count_open_by_owner(owners: Collection[int]) -> dict[int, int]:
    rows = Case.objects.filter(owner__in=owners, closed_at=None, joined_to=None).order_by()
    return dict.fromkeys(owners, 0) | dict(rows.values_list("owner").annotate(Count("pk")))


def get_case(case_uuid: uuid.UUID) -> Case:
    """Raises CaseMissing. One that was joined to another at a merge leads to that one."""
    found = (
        Case.objects.select_related("customer", "owner", "closed_by", "joined_to")
        .filter(uuid=case_uuid)
        .first()
    )
    while found is not None and found.joined_to_id is not None:
        found = Case.objects.select_related("customer", "owner", "closed_by").get(pk=found.joined_to_id)
    if found is None:
        raise CaseMissing
    return found


def list_cases(asked: CaseFilter, staff: Staff) -> QuerySet[Case]:
    """With customers, owners and signals (`told`, the latest first)."""
    found = _list_which(asked.which, staff)
    told: dict[str, Any] = {name: value for name, value in asked.places.items() if value}
    if asked.survey:
        told["survey"] = asked.survey
    if told:
        found = found.filter(Exists(Signal.objects.filter(case=OuterRef("pk"), **told)))
    if asked.search.strip():
        found = found.filter(_find(asked.search))
    signals = Prefetch("signals", queryset=Signal.objects.order_by("-at", "-id"), to_attr="told")
    return found.select_related("customer", "owner").prefetch_related(signals)


def _list_which(which: Which, staff: Staff) -> QuerySet[Case]:
    found = Case.objects.filter(joined_to=None, closed_at__isnull=which is not Which.DONE)
    if which is Which.MINE:
        return found.filter(owner=staff)
    return found.filter(due_at__lt=clock.now()) if which is Which.OVERDUE else found


def _find(text: str) -> Q:
    """In what was said, and by the customer as customers are found everywhere."""
    by = Q(pk__in=Signal.objects.filter(search_text__contains=fold(text)).values("case"))
    query = make_search_query(text)
    return by | Q(customer__in=Customer.objects.filter(search_text__finds=query)) if query else by


def count_cases(staff: Staff) -> dict[str, int]:
    """How many stand in each list of those that are open."""
    counts: dict[str, int] = Case.objects.filter(joined_to=None, closed_at=None).aggregate(
        open=Count("pk"),
        mine=Count("pk", filter=Q(owner=staff)),
        overdue=Count("pk", filter=Q(due_at__lt=clock.now())),
    )
    return counts


def count_waiting(staff: Staff) -> int:
    """What the menu counts for this person: their own open cases, and everybody's that are overdue."""
    mine = Q(owner=staff) | Q(due_at__lt=clock.now())
    return Case.objects.filter(mine, joined_to=None, closed_at=None).count()


def list_signals(case: Case) -> QuerySet[Signal]:
    """The latest first."""
    return case.signals.order_by("-at", "-id")


def list_lines(case: Case) -> QuerySet[CaseLine]:
    """What was done and not undone, the latest first."""
    return case.lines.filter(undone_at=None).select_related("by", "whom").order_by("-id")


def find_undoable(case: Case, staff: Staff) -> CaseLine | None:
    """The last deed, if this person may still take it back."""
    last = list_lines(case).first()
    if last is None or last.at < clock.now() - timedelta(hours=UNDO_HOURS):
        return None
    return last if last.by_id == staff.pk or staff.role in _MANAGERS else None


def list_handlers() -> QuerySet[Staff]:
    """Those who may handle cases, by name."""
    able = [role for role in Role if Capability.HANDLE_CASES in capabilities_of(role)]
    return list_staff().filter(role__in=able, is_active=True)


def list_customer_cases(customer: Customer) -> QuerySet[Case]:
    """Open ones first, then the latest."""
    signals = Prefetch("signals", queryset=Signal.objects.order_by("-at", "-id"), to_attr="told")
    found = Case.objects.filter(customer=customer, joined_to=None).select_related("owner", "closed_by")
    return found.prefetch_related(signals).order_by("-closed_at", "-opened_at")


def list_choices() -> dict[str, list[str]]:
    """By PLACES, what signals name."""
    return {
        name: sorted(
            Signal.objects.exclude(**{name: ""}).values_list(name, flat=True).distinct()[:CHOICES_MAX]
        )
        for name in PLACES
    }


def name_surveys() -> dict[uuid.UUID, str]:
    """The surveys that signals name, called as the latest of them calls each."""
    told = Signal.objects.exclude(survey=None).order_by("survey", "-at").distinct("survey")
    rows: Any = told.values_list("survey", "content__survey")[:CHOICES_MAX]
    return {survey: name or str(survey)[:8] for survey, name in rows}


def export_customer(*, customer_id: int, distinct_ids: Sequence[str]) -> dict[str, list[dict[str, Any]]]:
    """What a person was unhappy with, and what was written about it, as plain values."""
    own = Q(case__customer=customer_id)
    theirs = own | Q(distinct_id__in=list(distinct_ids))
    found: dict[str, tuple[Any, tuple[str, ...]]] = {
        "cases": (Case.objects.filter(customer=customer_id), _CASE_COLUMNS),
        "signals": (Signal.objects.filter(theirs), _SIGNAL_COLUMNS),
        "case_lines": (CaseLine.objects.filter(own), ("case__uuid", "deed", "at", "text")),
    }
    return {name: list(rows.order_by("id").values(*columns)) for name, (rows, columns) in found.items()}
