"""What staff change about one customer: profile, own fields, owner, tags."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from django.db import transaction

from wafaa.access.audit.actions import record_change
from wafaa.access.staff.models import Staff
from wafaa.access.staff.rules import mask
from wafaa.know.customers.actions.bulk import put_attribute
from wafaa.know.customers.actions.identifying import get_default_region, lock, save
from wafaa.know.customers.actions.tags import ensure_tag
from wafaa.know.customers.errors import CustomerMissing
from wafaa.know.customers.models import Customer, CustomerTag, Tag
from wafaa.know.customers.rules import (
    ATTRIBUTE,
    PERSONAL_FIELDS,
    PROFILE_FIELDS,
    OwnValue,
    read_email,
    read_phone,
)


@transaction.atomic
def change_profile(
    *,
    customer: Customer,
    changes: Mapping[str, Any],
    own_values: Mapping[str, OwnValue] | None = None,
    by: Staff | None,
    via: str = "",
) -> Customer:
    """Writes fields of PROFILE_FIELDS and values of own fields; noted in the audit trail when something differs.

    `via` names the API key where a program does it. A later event about the customer writes over it, as over an earlier
    event. Raises CustomerMissing.
    """
    assert set(changes) <= set(PROFILE_FIELDS)
    customer = lock_one(customer)
    own_values = own_values or {}
    before = _read(customer, changes, own_values)
    for field, value in changes.items():
        setattr(customer, field, value)
    if "email" in changes:
        customer.email = read_email(customer.email)
    if "phone" in changes:
        customer.phone = read_phone(customer.phone, customer.country, get_default_region())
    for key, value in own_values.items():
        put_attribute(customer, key, value)
    after = _read(customer, changes, own_values)
    differing = [key for key in after if after[key] != before[key]]
    if differing:
        save([customer])
        record_change(
            staff=by,
            deed="change_customer",
            subject=name_for_trail(customer),
            before={key: _say(key, before[key]) for key in differing},
            after={key: _say(key, after[key]) for key in differing},
            via=via,
        )
    return customer


@transaction.atomic
def set_owner(*, customer: Customer, owner: Staff | None, by: Staff | None) -> None:
    """Who of the staff is responsible for the customer."""
    customer = lock_one(customer)
    if customer.owner_id == (owner.pk if owner else None):
        return
    former = customer.owner
    customer.owner = owner
    customer.save(update_fields=["owner"])
    record_change(
        staff=by,
        deed="set_owner",
        subject=name_for_trail(customer),
        before={"owner": former.email if former else ""},
        after={"owner": owner.email if owner else ""},
    )


@transaction.atomic
def set_tags(*, customer: Customer, names: Sequence[str], by: Staff | None) -> list[Tag]:
    """Exactly these tags; new ones are made. Raises TagNameWrong."""
    customer = lock_one(customer)
    wanted = {tag.pk: tag for tag in (ensure_tag(name=name, by=by) for name in names)}
    before = {tag.pk: tag for tag in Tag.objects.filter(worn__customer=customer)}
    CustomerTag.objects.filter(customer=customer, tag__in=set(before) - set(wanted)).delete()
    CustomerTag.objects.bulk_create(
        [CustomerTag(customer=customer, tag_id=one) for one in sorted(set(wanted) - set(before))]
    )
    if set(wanted) != set(before):
        record_change(
            staff=by,
            deed="set_tags",
            subject=name_for_trail(customer),
            before={"tags": sorted(tag.name for tag in before.values())},
            after={"tags": sorted(tag.name for tag in wanted.values())},
        )
    return list(wanted.values())


def lock_one(customer: Customer) -> Customer:
    """The customer as they stand now, locked. Raises CustomerMissing, also where they were merged meanwhile."""
    found = lock([customer.pk]).filter(merged_into=None).first()
    if found is None:
        raise CustomerMissing
    return found


def name_for_trail(customer: Customer) -> str:
    """A customer in the audit trail: nothing personal, for the trail is never erased."""
    return customer.external_id or str(customer.uuid)[:8]


def _read(customer: Customer, fields: Iterable[str], keys: Iterable[str]) -> dict[str, Any]:
    """What stands in the fields, as the trail names them; an own field may be called as one of the profile."""
    own = {ATTRIBUTE + key if key in PROFILE_FIELDS else key: customer.attributes.get(key) for key in keys}
    return {field: getattr(customer, field) for field in fields} | own


def _say(field: str, value: Any) -> Any:
    if field in PERSONAL_FIELDS or (field not in PROFILE_FIELDS and isinstance(value, str)):
        return mask(str(value or ""))
    return value.isoformat() if isinstance(value, date) else value
