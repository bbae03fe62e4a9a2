"""Reading templates: which there are, what they say and lack, and how a message looks before it is sent."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from wafaa.act.messages.errors import BlockMissing, TemplateMissing
from wafaa.act.messages.models import Block, Look, Template, TemplateVersion
from wafaa.act.messages.rendering.checking import Problem
from wafaa.act.messages.rendering.compiling import Blocks, compile_texts, find_gaps
from wafaa.act.messages.rendering.frame import Style
from wafaa.act.messages.rendering.names import OWN, Kind, Name, build_samples, merge_values
from wafaa.act.messages.rendering.ready import READY, ReadyText
from wafaa.act.messages.rendering.render import render
from wafaa.act.messages.rendering.rules import Content, Missing, Rendered, Setting, TemplateState, Texts
from wafaa.act.messages.surveying import describe_sample, read_survey_blocks
from wafaa.know.customers.queries import list_fields
from wafaa.know.customers.rules import Kind as FieldKind


@dataclass(frozen=True, kw_only=True)
class Preview:
    """A message as somebody would read it, or why nobody would."""

    shown: Rendered | Missing | None
    problems: tuple[Problem, ...] = ()


def list_templates(*, state: str = "", purpose: str = "", search: str = "") -> QuerySet[Template]:
    """Without a state all but those put away."""
    found = Template.objects.select_related("latest")
    found = found.filter(state=state) if state else found.exclude(state=TemplateState.ARCHIVED)
    if purpose:
        found = found.filter(purpose=purpose)
    return found.filter(name__icontains=search) if search else found


def get_template(template_uuid: uuid.UUID) -> Template:
    """With its latest version. Raises TemplateMissing."""
    found = Template.objects.select_related("latest").filter(uuid=template_uuid).first()
    if found is None:
        raise TemplateMissing
    return found


def list_versions(template: Template) -> QuerySet[TemplateVersion]:
    """The latest first."""
    return template.versions.select_related("created_by").order_by("-number")


def list_gaps(template: Template) -> dict[tuple[str, str], list[str]]:
    """(language, channel) -> the fields that it lacks; where another language stands in."""
    return find_gaps(template.latest.content, template.languages) if template.latest else {}


def list_ready() -> list[tuple[ReadyText, Template | None]]:
    """The ready texts, each with the template that the business made of it."""
    own = {one.ready_key: one for one in list_templates().exclude(ready_key="").order_by("-pk")}
    return [(text, own.get(text.key)) for text in READY.values()]


def list_blocks() -> QuerySet[Block]:
    return Block.objects.all()


def get_block(name: str) -> Block:
    """Raises BlockMissing."""
    found = Block.objects.filter(name=name).first()
    if found is None:
        raise BlockMissing
    return found


def read_blocks() -> Blocks:
    """name -> language -> text; of surveys, too, which the business's own stand before."""
    return {**read_survey_blocks(), **dict(Block.objects.values_list("name", "content"))}


def find_users(block: str) -> QuerySet[Template]:
    """Templates in whose latest version the block stands, those put away left out."""
    found = Template.objects.filter(latest__blocks__contains=[block]).exclude(state=TemplateState.ARCHIVED)
    return found.select_related("latest").order_by("pk")


def get_look() -> Look:
    return Look.objects.filter(id=1).first() or Look(id=1)


def get_style() -> Style:
    return Style(colour=get_look().colour)


def read_own_keys() -> set[str]:
    return {one.key for one in list_fields()}


def list_own_names() -> list[Name]:
    """The business's own fields of customers, as templates ask for them."""
    kinds = {FieldKind.NUMBER: Kind.NUMBER, FieldKind.DATE: Kind.DATE, FieldKind.YES_NO: Kind.YES}
    return [
        Name(f"{OWN}.{one.key}", str(one), kinds.get(FieldKind(one.kind), Kind.TEXT), None)
        for one in list_fields()
    ]


def preview(
    *,
    content: Texts,
    purpose: str,
    language: str,
    channel: str,
    setting: Setting,
    values: Mapping[str, Any] | None = None,
    languages: Sequence[str] = (),
) -> Preview:
    """What was written but not saved, for a person's values; without them with examples.

    What a person's values lack is shown as lacking, as it would be at the send; the addresses are examples always.
    """
    made = compile_texts(
        content, purpose=purpose, blocks=read_blocks(), style=get_style(), own=read_own_keys()
    )
    if made.problems:
        return Preview(shown=None, problems=tuple(made.problems))
    samples = build_samples(language)
    links = samples.pop("links")
    shown = render(
        Content(key="", compiled=made.texts, languages=tuple(languages)),
        language=language,
        channel=channel,
        values=merge_values(samples if values is None else values, describe_sample(made.blocks, language)),
        setting=setting,
        links=links,
    )
    return Preview(shown=shown)
