"""Tags: made when first used, renamed, coloured, removed."""

import re
from collections.abc import Collection, Mapping
from contextlib import suppress

from django.db import IntegrityError, transaction

from wafaa.access.audit.actions import record_change
from wafaa.access.staff.models import Staff
from wafaa.kit import clock
from wafaa.kit.text import fold, without_marks
from wafaa.know.customers.errors import TagNameTaken, TagNameWrong
from wafaa.know.customers.models import CustomerTag, Tag
from wafaa.know.customers.rules import COLOURS
from wafaa.stream.actions import keep_silent

NAME_MAX = 60
_COMMAS = re.compile("[,،;]")


@transaction.atomic
def ensure_tag(*, name: str, by: Staff | None) -> Tag:
    """The tag of this name, letter variants alike; made where it is new. Raises TagNameWrong."""
    name, folded = _read_name(name)
    found = Tag.objects.filter(folded=folded).first()
    if found:
        return found
    colour = COLOURS[1 + Tag.objects.count() % (len(COLOURS) - 1)]  # never grey, and another one each time
    tag, is_new = Tag.objects.get_or_create(
        folded=folded, defaults={"name": name, "colour": colour, "created_at": clock.now()}
    )
    if is_new:
        record_change(staff=by, deed="create_tag", subject=name)
    return tag


@transaction.atomic
def wear_tags(*, told: Mapping[int, Collection[str]]) -> int:
    """Lets customers (id -> names) wear tags, which are made where they are new; nobody loses one.

    A text that can't be the name of a tag is passed over. Returns how many of these are worn now.
    """
    tags: dict[str, Tag] = {}
    for name in sorted({name for names in told.values() for name in names}):
        with suppress(TagNameWrong):
            tags[name] = ensure_tag(name=name, by=None)
    pairs = {(tags[name].pk, customer) for customer, names in told.items() for name in names if name in tags}
    worn = CustomerTag.objects.bulk_create(
        [CustomerTag(tag_id=tag, customer_id=customer) for tag, customer in sorted(pairs)],
        ignore_conflicts=True,
    )
    return len(worn)


@transaction.atomic
def change_tag(*, tag: Tag, name: str, colour: str, by: Staff | None) -> Tag:
    """Renames and colours. Raises TagNameWrong, TagNameTaken."""
    name, folded = _read_name(name)
    tag = Tag.objects.select_for_update().get(pk=tag.pk)
    before = {"name": tag.name, "colour": tag.colour}
    tag.name, tag.folded, tag.colour = name, folded, colour if colour in COLOURS else tag.colour
    after = {"name": tag.name, "colour": tag.colour}
    if after != before:
        try:
            with transaction.atomic():
                tag.save(update_fields=["name", "folded", "colour"])
        except IntegrityError as error:
            raise TagNameTaken from error
        record_change(staff=by, deed="change_tag", subject=before["name"], before=before, after=after)
    return tag


@transaction.atomic
def remove_tag(*, tag: Tag, by: Staff | None) -> None:
    """Takes the tag off everybody and forgets it."""
    keep_silent()
    worn = CustomerTag.objects.filter(tag=tag)
    record_change(staff=by, deed="remove_tag", subject=tag.name, before={"customers": worn.count()})
    worn.delete()
    tag.delete()


def _read_name(name: str) -> tuple[str, str]:
    # people separate tags by commas, so that none may stand inside of one
    name = " ".join(_COMMAS.sub(" ", without_marks(name)).split())
    folded = fold(name)
    if not folded or "\x00" in name or len(name) > NAME_MAX or len(folded) > NAME_MAX:
        raise TagNameWrong
    return name, folded
