"""Views of the list: an address that is kept under a name, and the columns that it shows."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from wafaa.access.staff.models import Staff
from wafaa.access.staff.rules import Capability
from wafaa.know.customers.actions.views import may_change
from wafaa.know.customers.models import CustomerView, OwnField
from wafaa.know.customers.queries import list_views
from wafaa.know.customers.rules import Kind
from wafaa.show.console.customers.forms import FIELD_PREFIX

COLUMNS: dict[str, Any] = {
    "contact": _("Contact"),
    "tags": _("Tags"),
    "owner": _("Responsible"),
    "city": _("City"),
    "country": _("Country"),
    "language": _("Language"),
    "last": _("Last order"),
    "orders": _("Orders"),
    "spend": _("Spent"),
}
DEFAULT_COLUMNS = ("contact", "tags", "last", "orders", "spend")
SORTABLE = frozenset({"last", "orders", "spend"})
# Said by the form of the list: what it leaves empty was emptied there, though the view asks it.
FILTERED = "filtered"
# Parameters that say where one is in the list, not what is asked of it.
_PLACES = frozenset({"at", "view"})


@dataclass(frozen=True, kw_only=True)
class Column:
    """A column of the list; `field` is set for an own field."""

    key: str
    label: str
    field: OwnField | None = None

    @property
    def is_sortable(self) -> bool:
        return self.key in SORTABLE

    @property
    def is_number(self) -> bool:
        return self.key in {"orders", "spend"} or (self.field is not None and self.field.kind == Kind.NUMBER)


@dataclass(frozen=True, kw_only=True)
class ViewLink:
    """A view as the page offers it. `key` is what ?view= says; `saved` is set where somebody saved it."""

    key: str
    label: str
    is_open: bool
    saved: CustomerView | None = None
    may_change: bool = False


# What every shop looks for; capability None is for everybody who sees customers.
_DEFAULTS: tuple[tuple[str, Any, dict[str, list[str]], Capability | None], ...] = (
    ("mine", _("Mine"), {"owner": ["me"]}, Capability.CHANGE_CUSTOMERS),
    ("lapsed", _("Lapsed, most valuable first"), {"live": ["lapsed"], "order": ["-spend"]}, None),
    ("once", _("Bought once"), {"orders_min": ["1"], "orders_max": ["1"]}, None),
    ("best", _("Champions"), {"group": ["champions"], "order": ["-spend"]}, Capability.SEE_FIGURES),
    ("at_risk", _("At risk"), {"group": ["at_risk"], "order": ["-spend"]}, Capability.SEE_FIGURES),
)


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What an address asks: its view's parameters under its own."""

    params: QueryDict
    view: ViewLink | None
    links: list[ViewLink]

    @property
    def is_narrowed(self) -> bool:
        return any(
            any(values)
            for key, values in self.params.lists()
            if key not in {"order", "at", "columns", "view"}
        )

    def get_kept(self) -> dict[str, list[str]]:
        """The parameters that a view keeps."""
        return {
            key: [value for value in values if value]
            for key, values in self.params.lists()
            if key not in _PLACES and any(values)
        }


def read_asked(given: QueryDict, staff: Staff) -> Asked:
    """An unknown view, or one that the person may not see, asks nothing."""
    key = given.get("view", "")
    params, view, links = QueryDict(mutable=True), None, []
    for link, asked in _list_links(staff, key):
        links.append(link)
        if link.is_open:
            view = link
        if link.is_open and FILTERED not in given:
            for name, values in asked.items():
                params.setlist(name, values)
    for name, values in given.lists():
        if name not in {"view", FILTERED}:
            params.setlist(name, values)
    if "q" not in params and "search" in params:  # as addresses of old said it
        params.setlist("q", params.getlist("search"))
    return Asked(params=params, view=view, links=links)


def _list_links(staff: Staff, key: str) -> list[tuple[ViewLink, dict[str, list[str]]]]:
    defaults = [
        (ViewLink(key=name, label=str(label), is_open=name == key), asked)
        for name, label, asked, capability in _DEFAULTS
        if capability is None or staff.may(capability)
    ]
    saved = [
        (
            ViewLink(
                key=str(view.uuid),
                label=view.name,
                is_open=str(view.uuid) == key,
                saved=view,
                may_change=may_change(view, staff),
            ),
            dict(view.asked),
        )
        for view in list_views(staff)
    ]
    return [*defaults, *saved]


def choose_columns(asked: Asked, own_fields: Sequence[OwnField]) -> list[Column]:
    """The chosen columns in their order; the usual ones where none was chosen."""
    chosen = set(asked.params.getlist("columns"))
    found = [column for column in list_columns(own_fields) if column.key in chosen]
    return found or [column for column in list_columns(own_fields) if column.key in DEFAULT_COLUMNS]


def list_columns(own_fields: Sequence[OwnField]) -> list[Column]:
    """Everything that may stand in the list beside the name."""
    return [
        *(Column(key=key, label=str(label)) for key, label in COLUMNS.items()),
        *(Column(key=FIELD_PREFIX + own.key, label=str(own), field=own) for own in own_fields),
    ]


def is_view_key(key: str) -> bool:
    """Whether it can be that of a saved view."""
    try:
        uuid.UUID(key)
    except ValueError:
        return False
    return True
