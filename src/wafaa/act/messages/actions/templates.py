"""Writing templates: made, said anew in versions, made ready or put away; compiled when saved."""

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction

from wafaa.access.audit.actions import record_change
from wafaa.access.staff.models import Staff
from wafaa.act.messages.errors import (
    ReadyTextMissing,
    TemplateIncomplete,
    TemplateMissing,
    TemplateWrong,
)
from wafaa.act.messages.models import Template, TemplateVersion
from wafaa.act.messages.rendering.checking import Problem
from wafaa.act.messages.rendering.compiling import Compiled, compile_texts
from wafaa.act.messages.rendering.ready import READY, ReadyText
from wafaa.act.messages.rendering.rules import LANGUAGES, TemplatePurpose, TemplateState, Texts
from wafaa.act.messages.template_queries import get_style, read_blocks, read_own_keys
from wafaa.kit import clock


def compile_or_raise(content: Texts, purpose: str) -> Compiled:
    """Raises TemplateWrong with all that is wrong."""
    made = compile_texts(
        content, purpose=purpose, blocks=read_blocks(), style=get_style(), own=read_own_keys()
    )
    if made.problems:
        raise make_error(made.problems)
    return made


def make_error(problems: Sequence[Problem]) -> TemplateWrong:
    return TemplateWrong(said=str(problems[0]), problems=list(problems))


@transaction.atomic
def create_template(
    *,
    name: str,
    purpose: str,
    content: Texts,
    topic: str = "",
    languages: Sequence[str] = LANGUAGES,
    ready_key: str = "",
    by: Staff | None,
) -> Template:
    """A draft with its first version. `content`: language -> channel -> field -> text (rendering/rules.FIELDS).

    Raises TemplateWrong.
    """
    made = compile_or_raise(content, TemplatePurpose(purpose))
    now = clock.now()
    template = Template.objects.create(
        name=name.strip(),
        purpose=purpose,
        topic=topic,
        languages=list(languages),
        ready_key=ready_key,
        created_at=now,
        changed_at=now,
    )
    _add_version(template, content, made, by)
    record_change(
        staff=by, deed="create_template", subject=template.name, after={"purpose": purpose, "topic": topic}
    )
    return template


@transaction.atomic
def save_version(*, template_uuid: uuid.UUID, content: Texts, by: Staff | None) -> TemplateVersion:
    """What it says from now on, for messages that are written from now on; the same content makes no new version.

    Raises TemplateMissing, TemplateWrong.
    """
    template = lock_template(template_uuid)
    latest = template.latest
    if latest is not None and latest.content == content:
        return latest
    version = _add_version(template, content, compile_or_raise(content, template.purpose), by)
    if template.state == TemplateState.READY and not version.compiled:
        raise TemplateIncomplete
    record_change(staff=by, deed="change_template", subject=template.name, after={"version": version.number})
    return version


@transaction.atomic
def restore_version(*, template_uuid: uuid.UUID, number: int, by: Staff | None) -> TemplateVersion:
    """What an earlier version said, as a new one. Raises TemplateMissing, TemplateWrong."""
    template = lock_template(template_uuid)
    earlier = template.versions.filter(number=number).first()
    if earlier is None:
        raise TemplateMissing
    return save_version(template_uuid=template_uuid, content=earlier.content, by=by)


@transaction.atomic
def change_template(*, template_uuid: uuid.UUID, changes: Mapping[str, Any], by: Staff | None) -> Template:
    """`name`, `purpose`, `topic`, `languages`. Another purpose compiles it anew, for an offer says how to stop offers.

    Raises TemplateMissing, TemplateWrong.
    """
    template = lock_template(template_uuid)
    known = {name: changes[name] for name in ("name", "purpose", "topic", "languages") if name in changes}
    before = {name: getattr(template, name) for name in known if getattr(template, name) != known[name]}
    if not before:
        return template
    for name in before:
        setattr(template, name, known[name])
    if "purpose" in before:
        template.purpose = TemplatePurpose(template.purpose)
        recompile([template])
    template.changed_at = clock.now()
    template.save(update_fields=[*before, "changed_at"])
    record_change(
        staff=by,
        deed="change_template",
        subject=template.name,
        before=before,
        after={name: known[name] for name in before},
    )
    return template


@transaction.atomic
def set_state(*, template_uuid: uuid.UUID, state: str, by: Staff | None) -> Template:
    """`ready` may be sent. Raises TemplateMissing, TemplateIncomplete."""
    template = lock_template(template_uuid)
    before, after = template.state, TemplateState(state)
    if before == after:
        return template
    if after == TemplateState.READY and not (template.latest and template.latest.compiled):
        raise TemplateIncomplete
    template.state, template.changed_at = after, clock.now()
    template.save(update_fields=["state", "changed_at"])
    record_change(
        staff=by,
        deed="change_template",
        subject=template.name,
        before={"state": before},
        after={"state": str(after)},
    )
    return template


@transaction.atomic
def copy_template(*, template_uuid: uuid.UUID, name: str, by: Staff | None) -> Template:
    """A draft that says the same. Raises TemplateMissing."""
    template = lock_template(template_uuid)
    return create_template(
        name=name,
        purpose=template.purpose,
        topic=template.topic,
        languages=template.languages,
        content=template.latest.content if template.latest else {},
        ready_key=template.ready_key,
        by=by,
    )


@transaction.atomic
def add_ready(*, key: str, by: Staff | None) -> Template:
    """A ready text as a template of the business's own, ready to be sent; the one that is there already, if it is.

    Raises ReadyTextMissing.
    """
    text = READY.get(key)
    if text is None:
        raise ReadyTextMissing
    there = (
        Template.objects.select_for_update()
        .filter(ready_key=key)
        .exclude(state=TemplateState.ARCHIVED)
        .first()
    )
    return there or _make_ready(text, by)


def _make_ready(text: ReadyText, by: Staff | None) -> Template:
    template = create_template(
        name=str(text.name),
        purpose=text.purpose,
        topic=text.topic,
        content=text.content,
        ready_key=text.key,
        by=by,
    )
    return set_state(template_uuid=template.uuid, state=TemplateState.READY, by=by)


def recompile(templates: Sequence[Template]) -> None:
    """Their latest versions, after something that stands in them was changed. Raises TemplateWrong, and changes nothing."""
    blocks, style, own = read_blocks(), get_style(), read_own_keys()
    problems: list[Problem] = []
    versions = []
    for template in templates:
        version = template.latest
        if version is None:
            continue
        made = compile_texts(version.content, purpose=template.purpose, blocks=blocks, style=style, own=own)
        problems.extend(made.problems)
        version.compiled, version.names, version.blocks = made.texts, sorted(made.names), sorted(made.blocks)
        versions.append(version)
    if problems:
        raise make_error(problems)
    TemplateVersion.objects.bulk_update(versions, ["compiled", "names", "blocks"], batch_size=100)


def lock_template(template_uuid: uuid.UUID) -> Template:
    """Raises TemplateMissing."""
    found = (
        Template.objects.select_for_update(of=("self",))
        .select_related("latest")
        .filter(uuid=template_uuid)
        .first()
    )
    if found is None:
        raise TemplateMissing
    return found


def _add_version(template: Template, content: Texts, made: Compiled, by: Staff | None) -> TemplateVersion:
    version = TemplateVersion.objects.create(
        template=template,
        number=template.latest.number + 1 if template.latest else 1,
        content=content,
        compiled=made.texts,
        names=sorted(made.names),
        blocks=sorted(made.blocks),
        created_at=clock.now(),
        created_by=by,
    )
    template.latest, template.changed_at = version, version.created_at
    template.save(update_fields=["latest", "changed_at"])
    return version
