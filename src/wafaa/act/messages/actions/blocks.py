"""Writing what templates share: blocks, and the look of all messages. What uses them is compiled anew in the same moment."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from wafaa.access.audit.actions import record_change
from wafaa.access.staff.models import Staff
from wafaa.act.messages.actions.templates import make_error, recompile
from wafaa.act.messages.errors import BlockMissing, BlockUsed
from wafaa.act.messages.models import Block, Look, Template
from wafaa.act.messages.rendering.compiling import check_block
from wafaa.act.messages.rendering.frame import FOOTER, HEADER
from wafaa.act.messages.rendering.rules import TemplateState
from wafaa.act.messages.template_queries import find_users
from wafaa.kit import clock


@transaction.atomic
def save_block(*, name: str, content: Mapping[str, str], by: Staff | None) -> Block:
    """A block, or what it says from now on: at once in every template that has it. Blocks called `header` and `footer` stand
    in every mail. Raises TemplateWrong where it, or a template with it, could not be read.
    """
    problems = [
        *(problem for language, text in content.items() for problem in check_block(name, language, text)),
    ]
    if problems:
        raise make_error(problems)
    now = clock.now()
    there = Block.objects.select_for_update().filter(name=name).first()
    before = there.content if there else {}
    block = there or Block(name=name, created_at=now)
    block.content, block.changed_at = dict(content), now
    block.full_clean()
    block.save()
    if before != block.content:
        recompile(list(_list_mails() if name in {HEADER, FOOTER} else find_users(name)))
        record_change(staff=by, deed="save_block", subject=name, before=before, after=block.content)
    return block


@transaction.atomic
def remove_block(*, name: str, by: Staff | None) -> None:
    """Raises BlockMissing, and BlockUsed where a template names it; header and footer go back to the ready ones."""
    block = Block.objects.select_for_update().filter(name=name).first()
    if block is None:
        raise BlockMissing
    users = [] if name in {HEADER, FOOTER} else list(find_users(name))
    if users:
        raise BlockUsed(templates=", ".join(template.name for template in users[:5]))
    block.delete()
    if name in {HEADER, FOOTER}:
        recompile(list(_list_mails()))
    record_change(staff=by, deed="remove_block", subject=name, before=block.content)


@transaction.atomic
def save_look(*, changes: Mapping[str, Any], by: Staff | None) -> Look:
    """Colour, logo, website, addresses, digits: of every message from now on. Raises Django's ValidationError."""
    look, _made = Look.objects.select_for_update().get_or_create(id=1)
    before = {name: getattr(look, name) for name in changes if getattr(look, name) != changes[name]}
    if not before:
        return look
    for name in before:
        setattr(look, name, changes[name])
    look.full_clean()
    look.save(update_fields=list(before))
    if "colour" in before:
        recompile(list(_list_mails()))
    record_change(staff=by, deed="change_look", before=before, after={name: changes[name] for name in before})
    return look


def _list_mails() -> list[Template]:
    found = (
        Template.objects.exclude(state=TemplateState.ARCHIVED)
        .select_related("latest")
        .select_for_update(of=("self",))
    )
    return [one for one in found.order_by("pk") if one.latest]
