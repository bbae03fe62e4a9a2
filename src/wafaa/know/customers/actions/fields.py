"""Own fields: which further details the business keeps of its customers."""

from collections.abc import Sequence

from django.db import IntegrityError, transaction
from django.db.models import Max

from wafaa.access.audit.actions import record_change
from wafaa.access.staff.models import Staff
from wafaa.know.customers.errors import FieldKeyTaken
from wafaa.know.customers.models import OwnField
from wafaa.know.customers.rules import Kind


@transaction.atomic
def define_field(
    *,
    key: str,
    label_ar: str,
    label_en: str,
    kind: Kind,
    choices: Sequence[str] = (),
    by: Staff | None,
    field: OwnField | None = None,
) -> OwnField:
    """A new field, or new labels and choices of `field`, whose key and kind stay. Raises FieldKeyTaken.

    What files brought under this key before is shown by the field at once.
    """
    if field is None:
        last = OwnField.objects.aggregate(last=Max("position"))["last"]
        field = OwnField(key=key, kind=kind, position=(last or 0) + 1)
        before: dict[str, object] = {}
    else:
        field = OwnField.objects.select_for_update().get(pk=field.pk)
        before = _describe(field)
    field.label_ar, field.label_en = label_ar, label_en
    field.choices = list(choices) if field.kind == Kind.CHOICE else []
    try:
        with transaction.atomic():
            field.save()
    except IntegrityError as error:
        raise FieldKeyTaken from error
    after = _describe(field)
    if after != before:
        record_change(staff=by, deed="define_field", subject=field.key, before=before, after=after)
    return field


@transaction.atomic
def move_field(*, field: OwnField, up: bool) -> None:
    """One place up or down in the order in which fields are shown."""
    fields = list(OwnField.objects.select_for_update().order_by("position", "id"))
    place = next(index for index, one in enumerate(fields) if one.pk == field.pk)
    other = place - 1 if up else place + 1
    if not 0 <= other < len(fields):
        return
    fields[place], fields[other] = fields[other], fields[place]
    for position, one in enumerate(fields, start=1):
        one.position = position
    OwnField.objects.bulk_update(fields, ["position"])


@transaction.atomic
def remove_field(*, field: OwnField, by: Staff | None) -> None:
    """The definition goes; the values stay with the customers, in case it is defined again."""
    record_change(staff=by, deed="remove_field", subject=field.key, before=_describe(field))
    field.delete()


def _describe(field: OwnField) -> dict[str, object]:
    return {
        "label_ar": field.label_ar,
        "label_en": field.label_en,
        "kind": field.kind,
        "choices": list(field.choices),
    }
