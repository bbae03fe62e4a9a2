"""Saved views of the list of customers."""

from collections.abc import Mapping, Sequence

from django.db import transaction

from wafaa.access.audit.actions import record_change
from wafaa.access.staff.models import Staff
from wafaa.access.staff.rules import Capability
from wafaa.kit import clock
from wafaa.know.customers.errors import ViewNotYours
from wafaa.know.customers.models import CustomerView


@transaction.atomic
def save_view(
    *,
    name: str,
    asked: Mapping[str, Sequence[str]],
    is_shared: bool,
    by: Staff,
    view: CustomerView | None = None,
) -> CustomerView:
    """A new view, or the given one anew. Raises ViewNotYours."""
    if view is not None and not may_change(view, by):
        raise ViewNotYours
    was_shared = view is not None and view.is_shared
    if view is None:
        view = CustomerView(staff=by, created_at=clock.now())
    view.name, view.is_shared = name, is_shared
    view.asked = {key: list(values) for key, values in asked.items()}
    view.save()
    if was_shared or is_shared:  # what others see, others may want to know the author of
        record_change(staff=by, deed="save_view", subject=name, after={"asked": say_asked(view)})
    return view


@transaction.atomic
def remove_view(*, view: CustomerView, by: Staff) -> None:
    """Raises ViewNotYours."""
    if not may_change(view, by):
        raise ViewNotYours
    if view.is_shared:
        record_change(staff=by, deed="remove_view", subject=view.name, before={"asked": say_asked(view)})
    view.delete()


def may_change(view: CustomerView, staff: Staff) -> bool:
    """Who made it; a shared one also whoever may change settings."""
    return view.staff_id == staff.pk or (view.is_shared and staff.may(Capability.CHANGE_SETTINGS))


def say_asked(view: CustomerView) -> str:
    """What the view asks for without words that were searched for, in own fields too: those may be somebody's name."""
    return " ".join(
        f"{key}={','.join(values)}"
        for key, values in view.asked.items()
        if key not in {"q", "search"} and not key.startswith("field_")
    )
