"""The row of a deed: whoever writes it first does it; the same id again finds it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from wafaa.access.audit.actions import record_change
from wafaa.access.business.queries import get_business
from wafaa.access.staff.models import Staff
from wafaa.kit import clock
from wafaa.kit.text import latin_digits
from wafaa.know.customers.models import Customer
from wafaa.know.orders.models import Store
from wafaa.show.till.errors import TooOld
from wafaa.show.till.models import Deed
from wafaa.show.till.rules import Told, digest_told, place_in_time


@dataclass(frozen=True, kw_only=True)
class Counter:
    """Who stands at which till, and when it was by our clock."""

    staff: Staff
    store: Store | None
    at: datetime

    @property
    def code(self) -> str:
        return self.store.code if self.store else ""


def stand_at(told: Told, staff: Staff, store: Store | None) -> Counter:
    """Raises TooOld."""
    at = place_in_time(told.at, told.sent_at, clock.now())
    if at is None:
        raise TooOld
    return Counter(staff=staff, store=store, at=at)


def note(
    told: Told,
    counter: Counter,
    customer: Customer | None,
    *,
    amount_minor: int | None = None,
    currency: str = "",
    facts: dict[str, Any] | None = None,
    undoes: Deed | None = None,
) -> Deed:
    """First of all in the transaction: whoever tells the same at the same moment waits here. Raises IntegrityError for them."""
    return Deed.objects.create(
        uuid=told.id,
        body=digest_told(told),
        kind=told.kind.value,
        staff=counter.staff,
        store=counter.store,
        customer=customer,
        at=counter.at,
        heard_at=clock.now(),
        day=counter.at.astimezone(get_business().zone).date(),
        amount_minor=amount_minor,
        currency=currency,
        receipt=latin_digits(" ".join(told.receipt.split())).upper(),  # one receipt, however it is typed
        facts=facts or {},
        undoes=undoes,
    )


def record(deed: Deed, counter: Counter, **after: Any) -> None:
    """In the trail: who did what for whom at which till."""
    record_change(
        staff=counter.staff,
        deed=f"{deed.kind}_at_till",
        subject=str(deed.customer.uuid)[:8] if deed.customer else "",
        after={name: value for name, value in {"store": counter.code, **after}.items() if value},
        via="till",
    )
