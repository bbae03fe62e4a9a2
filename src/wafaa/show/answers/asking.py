"""From a request to a sieve: whose answers, of which days, narrowed by what. All of it stands in the address."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from uuid import UUID

from wafaa.access.business.models import Business
from wafaa.access.business.queries import get_business
from wafaa.access.staff.http import StaffRequest
from wafaa.access.staff.rules import Capability
from wafaa.know.orders.queries import get_store_scope
from wafaa.learn.measures.rules import Period
from wafaa.learn.scores.queries import find_first_day, get_default_sieve
from wafaa.learn.scores.rules import LISTED, By, Sieve
from wafaa.learn.segments.errors import SegmentMissing
from wafaa.learn.segments.models import Segment
from wafaa.learn.segments.queries import get_segment
from wafaa.listen.surveys.models import Survey
from wafaa.show.console.periods import WHOLE, Chosen, choose_period

NUMBERS: tuple[By, ...] = ("version", "collector", "store", "product")
# What nobody told, as it stands in an address, where an empty value means everything.
UNTOLD = "-"


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What a page of scores speaks of; templates of the console's period picker read it too."""

    business: Business
    chosen: Chosen
    sieve: Sieve
    filters: dict[str, str]
    sees_segments: bool = False

    @property
    def last_day(self) -> date:
        return self.sieve.as_of - timedelta(days=1)

    @property
    def period(self) -> Period:
        return self.chosen.period

    @property
    def query(self) -> str:
        """The part of an address that leads back to the same answers."""
        return "&".join([self.chosen.query, *(f"{key}={value}" for key, value in self.filters.items())])


def ask(request: StaffRequest, survey: Survey | None = None, *, default: str = WHOLE) -> Asked:
    business = get_business()
    sieve = get_default_sieve(business, get_store_scope(request.staff))
    first_day = min(find_first_day() or sieve.as_of, sieve.as_of - timedelta(days=1))
    chosen = choose_period(request.GET.dict(), first_day=first_day, as_of=sieve.as_of, default=default)
    filters = read_filters(request.GET)
    sees_segments = request.staff.may(Capability.SEE_SEGMENTS)
    segment = find_segment(request.GET.get("segment", "")) if sees_segments else None
    sieve = replace(
        sieve,
        survey=survey.pk if survey else None,
        period=None if chosen.key == WHOLE else chosen.period,
        segment=segment.pk if segment else None,
        **{by: _read(by, value) for by, value in filters.items()},  # type: ignore[arg-type]
    )
    if segment:
        filters["segment"] = str(segment.uuid)
    return Asked(business=business, chosen=chosen, sieve=sieve, filters=filters, sees_segments=sees_segments)


def find_segment(asked: str) -> Segment | None:
    """None of one that is not, or no more, there: it filters nothing."""
    try:
        return get_segment(UUID(asked))
    except (ValueError, SegmentMissing):
        return None


def read_filters(asked: Mapping[str, str]) -> dict[str, str]:
    """Those of the address that make sense; nonsense filters nothing."""
    found: dict[str, str] = {}
    for by in (*LISTED, "product"):
        value = asked.get(by, "").strip()[:100]
        if value and (by not in NUMBERS or (value.isascii() and value.isdigit() and len(value) < 10)):
            found[by] = value
    return found


def _read(by: str, value: str) -> int | str:
    if by in NUMBERS:
        return int(value)
    return "" if value == UNTOLD else value
