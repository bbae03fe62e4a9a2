"""Customers as a person may see them: rows of the list, details of the page, cells of a file."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import pgettext

from wafaa.access.staff.models import Staff
from wafaa.access.staff.rules import Capability, mask
from wafaa.kit.tables import Cell
from wafaa.know.customers.models import Customer, OwnField, Tag
from wafaa.know.customers.queries import list_tags_of, say_customer
from wafaa.know.customers.rules import Kind, OwnValue, read_own_value, read_told_value
from wafaa.show.console.customers.views import Column
from wafaa.show.console.words.attributes import say_attributes


@dataclass(frozen=True, kw_only=True)
class OwnShown:
    """An own field with the customer's value, ready for a page."""

    label: str
    kind: str
    value: Any

    @property
    def digits(self) -> int:
        """Decimals of a number; whole ones show none."""
        return 0 if isinstance(self.value, int) else 2


def show_person(one: Customer, staff: Staff) -> dict[str, Any]:
    """A customer as this person may see them."""
    sees_personal = staff.may(Capability.SEE_PERSONAL)
    return {
        "customer": one,
        "label": say_customer(one, sees_personal),
        "name": one.name if sees_personal else mask(one.name),
        "email": one.email if sees_personal else mask(one.email),
        "phone": one.phone if sees_personal else mask(one.phone),
        "birth_date": one.birth_date if sees_personal else None,
    }


def show_rows(rows: Sequence[Customer], staff: Staff, columns: Sequence[Column]) -> list[dict[str, Any]]:
    """The rows of a page of the list; tags of all of them by one query, if a column shows them."""
    shows_tags = any(column.key == "tags" for column in columns)
    tags: dict[int, list[Tag]] = list_tags_of([one.pk for one in rows]) if shows_tags else {}
    return [
        {
            **show_person(one, staff),
            "tags": tags.get(one.pk, ()),
            "own": {
                column.key: _show(one, column.field, staff) for column in columns if column.field is not None
            },
        }
        for one in rows
    ]


def show_own_values(one: Customer, own_fields: Sequence[OwnField], staff: Staff) -> list[OwnShown]:
    """What is known of the defined fields in their order, then what files brought besides."""
    defined = [_show(one, own, staff) for own in own_fields if one.attributes.get(own.key) is not None]
    keys = {own.key for own in own_fields}
    if not staff.may(Capability.SEE_PERSONAL):
        return defined
    besides = {key: value for key, value in one.attributes.items() if key not in keys}
    return [
        *defined,
        *(OwnShown(label=key, kind=Kind.TEXT, value=value) for key, value in say_attributes(besides).items()),
    ]


def _show(one: Customer, own: OwnField, staff: Staff) -> OwnShown:
    value: Any = _see_kept(one, own, staff)
    if isinstance(value, bool):
        value = pgettext("answer", "Yes") if value else pgettext("answer", "No")
    elif own.kind == Kind.DATE and isinstance(value, str):
        try:
            value = date.fromisoformat(value)
        except ValueError:
            return OwnShown(label=str(own), kind=Kind.TEXT, value=value)
    kind = own.kind if not isinstance(value, str) else Kind.TEXT
    return OwnShown(label=str(own), kind=kind, value=value)


def read_kept(one: Customer, own: OwnField) -> OwnValue:
    """The value as its field means it; what a file brought may be text and is read, or shown as it is."""
    kept: Any = one.attributes.get(own.key)
    if isinstance(kept, str):
        try:
            return read_own_value(own.kind, kept, own.choices)
        except ValueError:
            return kept
    return kept if isinstance(kept, (bool, int, float)) or kept is None else str(kept)


def fits_kind(value: OwnValue, own: OwnField) -> bool:
    """False for what a file brought and the field's kind does not know."""
    try:
        read_told_value(own.kind, value, own.choices)
    except ValueError:
        return False
    return True


def _see_kept(one: Customer, own: OwnField, staff: Staff) -> OwnValue:
    """The value for this person's eyes: what may be anybody's name or number is masked like one."""
    value = read_kept(one, own)
    if value is None or staff.may(Capability.SEE_PERSONAL):
        return value
    return mask(str(value)) if own.kind == Kind.TEXT or not fits_kind(value, own) else value


def export_own_value(one: Customer, own: OwnField, staff: Staff) -> Cell:
    value = _see_kept(one, own, staff)
    if value is None:
        return ""
    return ("yes" if value else "no") if isinstance(value, bool) else value
