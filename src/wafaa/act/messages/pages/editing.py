"""What the editor of a template shows: its fields with what is wrong in them, the names to insert, and the preview."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from wafaa.access.staff.http import StaffRequest
from wafaa.access.staff.rules import Capability
from wafaa.act.messages.models import Look, Template
from wafaa.act.messages.page_queries import find_customer, find_customers, read_preview_values
from wafaa.act.messages.pages.console import keep_draft
from wafaa.act.messages.rendering import survey
from wafaa.act.messages.rendering.checking import Problem
from wafaa.act.messages.rendering.names import Kind, Name, list_names
from wafaa.act.messages.rendering.rules import FIELDS, FIELDS_NEEDED, Lack, Missing, Rendered, is_rtl
from wafaa.act.messages.surveying import list_askable, name_block
from wafaa.act.messages.template_queries import get_look, list_blocks, list_own_names, preview
from wafaa.act.messages.writing import read_setting
from wafaa.kit.money import format_money
from wafaa.kit.text import isolate
from wafaa.know.consents.models import say_channel
from wafaa.know.customers.models import Customer
from wafaa.know.customers.queries import say_customer

Content = dict[str, dict[str, dict[str, str]]]

FIELD_LABELS: dict[str, Promise] = {
    "subject": pgettext_lazy("message", "Subject"),
    "preheader": pgettext_lazy("message", "Preheader"),
    "body": pgettext_lazy("message", "Body"),
    "text": pgettext_lazy("message", "Text"),
    "name": pgettext_lazy("message", "Name of the approved template"),
    "parameters": pgettext_lazy("message", "Values for its places, one a line"),
    "url": pgettext_lazy("message", "Address that it leads to"),
}
# What is no mail has no subject.
_TITLE = pgettext_lazy("message", "Title")
OWN_LABELS: dict[tuple[str, str], Promise] = {("push", "subject"): _TITLE, ("in_app", "subject"): _TITLE}
FIELD_HINTS: dict[tuple[str, str], Promise] = {
    ("push", "text"): gettext_lazy("Some 100 letters are seen at a glance; phones cut the rest."),
    ("in_app", "text"): gettext_lazy(
        "Shown as it is written here; a link in it cannot be pressed, the address below can."
    ),
    ("email", "preheader"): gettext_lazy("Stands beside the subject in the inbox."),
    ("email", "body"): gettext_lazy(
        "Plain words: an empty line makes a paragraph, # a heading, - a list, **bold**; "
        "a link alone on a line is a button. Or MJML."
    ),
    ("email", "text"): gettext_lazy(
        "For programs that show no pictures. Left empty, it is made of the body."
    ),
}
LANGUAGE_LABELS: dict[str, Promise] = {"ar": gettext_lazy("Arabic"), "en": gettext_lazy("English")}
ROWS = {"body": 14, "text": 6, "parameters": 6}
# Few write it by hand.
ROWS_OF_MAIL_TEXT = 3
LINES_SHOWN_CHARS = 120
LENGTHENS_SHOWN = 12
SURVEY = survey.NAME
# The latest; whoever has more writes its name.
SURVEYS_SHOWN = 12
_ARABIC = re.compile(r"[\u0600-\u06ff\u0750-\u077f]")


@dataclass(frozen=True, kw_only=True)
class Wrong:
    """One thing that is wrong in a field, with the line as it was written and what could stand there instead."""

    said: str
    line: str = ""
    fix: str = ""  # "language|channel|field|wrong|right", understood by apply_fix
    nearest: str = ""


@dataclass(frozen=True, kw_only=True)
class Part:
    """One field of one language of one channel."""

    key: str  # of the form, and the id
    language: str
    name: str
    label: str
    hint: str
    value: str
    rows: int  # 0: one line
    is_needed: bool
    direction: str
    wrongs: list[Wrong] = field(default_factory=list)


def read_content(posted: QueryDict, before: Content, languages: list[str]) -> Content:
    """What the form says, in the place of what was said before; fields that it does not have stay as they were."""
    content: Content = {
        language: {way: dict(told) for way, told in ways.items()} for language, ways in before.items()
    }
    for language in languages:
        for channel, names in FIELDS.items():
            for name in names:
                written = posted.get(name_field(language, channel, name))
                if written is not None:
                    text = written.replace("\r\n", "\n").strip("\n")
                    content.setdefault(language, {}).setdefault(channel, {})[name] = text
    return tidy(content)


def tidy(content: Mapping[str, Mapping[str, Mapping[str, str]]]) -> Content:
    """Without what is empty, so that the same words are the same content."""
    kept: Content = {}
    for language, ways in content.items():
        for channel, told in ways.items():
            filled = {name: text for name, text in told.items() if text.strip()}
            if filled:
                kept.setdefault(language, {})[channel] = filled
    return kept


def name_field(language: str, channel: str, name: str) -> str:
    return f"{language}-{channel}-{name}"


def list_channels(content: Content) -> list[str]:
    """Mail and SMS always; others too, for a template may say something by every way."""
    used = {channel for ways in content.values() for channel in ways}
    return [*("email", "sms"), *(one for one in FIELDS if one not in {"email", "sms"} and one in used)]


def label_field(channel: str, name: str) -> Promise:
    return OWN_LABELS.get((channel, name), FIELD_LABELS[name])


def build_parts(
    content: Content, channel: str, languages: list[str], problems: list[Problem] | tuple[Problem, ...]
) -> list[dict[str, Any]]:
    """The fields in rows: one row for each field, in it one part for each language."""
    return [
        {
            "name": name,
            "label": label_field(channel, name),
            "parts": [_build_part(content, one, channel, name, problems) for one in languages],
        }
        for name in FIELDS[channel]
    ]


def _build_part(
    content: Content, language: str, channel: str, name: str, problems: list[Problem] | tuple[Problem, ...]
) -> Part:
    value = content.get(language, {}).get(channel, {}).get(name, "")
    own = [one for one in problems if (one.language, one.channel, one.field) == (language, channel, name)]
    return Part(
        key=name_field(language, channel, name),
        language=language,
        name=name,
        label=str(label_field(channel, name)),
        hint=str(FIELD_HINTS.get((channel, name), "")),
        value=value,
        rows=ROWS_OF_MAIL_TEXT if (channel, name) == ("email", "text") else ROWS.get(name, 0),
        is_needed=name in FIELDS_NEEDED[channel],
        direction="rtl" if is_rtl(language) else "ltr",
        wrongs=[_say_wrong(one, value) for one in own],
    )


def _say_wrong(problem: Problem, text: str) -> Wrong:
    lines = text.split("\n")
    line = lines[problem.line - 1].strip() if 0 < problem.line <= len(lines) and len(lines) > 1 else ""
    fix = ""
    if problem.nearest and problem.code in {"unknown_name", "unknown_filter"}:
        fix = "|".join((problem.language, problem.channel, problem.field, problem.detail, problem.nearest))
    said = replace(
        problem,
        detail=isolate(problem.detail) if problem.detail else "",
        nearest=isolate(problem.nearest) if problem.nearest else "",
    )
    return Wrong(
        said=str(said), line=line[:LINES_SHOWN_CHARS], fix=fix, nearest=problem.nearest if fix else ""
    )


def apply_fix(content: Content, fix: str) -> None:
    """Puts the nearest known name in the place of the wrong one, wherever it stands in the field."""
    language, channel, name, wrong, right = (*fix.split("|"), "", "", "", "", "")[:5]
    told = content.get(language, {}).get(channel, {})
    if name in told and wrong and right:
        told[name] = re.sub(rf"(?<![\w.]){re.escape(wrong)}(?![\w])", lambda _found: right, told[name])


def insert_name(content: Content, into: str, piece: str) -> None:
    """Appends a piece to a field, for whoever's browser runs no scripts; with them it goes where the caret stands."""
    language, channel, name = (*into.split("-", 2), "", "")[:3]
    if name in FIELDS.get(channel, ()):
        told = content.setdefault(language, {}).setdefault(channel, {})
        before = told.get(name, "")
        told[name] = f"{before}{' ' if before and not before.endswith((' ', chr(10))) else ''}{piece}"


@dataclass(frozen=True, kw_only=True)
class Chip:
    label: str
    piece: str
    path: str


def list_chips() -> Iterator[tuple[str, list[Chip]]]:
    """What can be put in, in groups."""
    for group, label, names in list_names(list_own_names()):
        if group == SURVEY:
            yield _("First question of a survey, answered with one press"), list(_list_survey_chips())
        elif names:
            yield (
                str(label),
                [Chip(label=str(one.label), piece=write_piece(one), path=one.path) for one in names],
            )
    blocks = [
        Chip(label=one.name, piece=f"{{% render '{one.name}' %}}", path=one.name) for one in list_blocks()
    ]
    if blocks:
        yield _("Blocks"), blocks


def _list_survey_chips() -> Iterator[Chip]:
    """Whole, not in its pieces: which it is made of only the block needs to know."""
    yield Chip(label=_("The survey that the rule asks"), piece=survey.TAG, path=SURVEY)
    for one in list_askable()[:SURVEYS_SHOWN]:
        yield Chip(label=one.name, piece=f"{{% render '{name_block(one)}' %}}", path=name_block(one))


def write_piece(name: Name) -> str:
    """How a template asks for it."""
    if name.kind is Kind.LIST:
        return (
            f"{{% for line in {name.path} %}}\n{{{{ line.quantity }}}} × {{{{ line.name }}}}\n{{% endfor %}}"
        )
    if "[]." in name.path:
        return f"{{{{ line.{name.path.rpartition('.')[2]} }}}}"
    return f"{{{{ {name.path} }}}}"


@dataclass(frozen=True, kw_only=True)
class Shown:
    """The preview of one language."""

    language: str
    label: str
    direction: str
    rendered: Rendered | None
    frame: str = ""
    lacks: str = ""
    names: tuple[str, ...] = ()
    meter: "Meter | None" = None
    stands_in: str = ""  # the language that is read instead, where this one says nothing


@dataclass(frozen=True, kw_only=True)
class Meter:
    """How many parts an SMS takes, what they cost, and what makes them more."""

    parts: int
    units: int
    left: int
    per_part: int
    cost: str
    is_arabic: bool
    lengthens: tuple[str, ...]


def build_preview(
    request: StaffRequest, template: Template, content: Content, channel: str, customer: Customer | None
) -> tuple[list[Shown], list[Problem]]:
    """One for each language of the template, and all that is wrong by this channel."""
    setting, look = read_setting(), get_look()
    shown: list[Shown] = []
    problems: list[Problem] = []
    for language in template.languages:
        own = {language: {channel: content.get(language, {}).get(channel, {})}}
        direction = "rtl" if is_rtl(language) else "ltr"
        label = str(LANGUAGE_LABELS.get(language, language))
        if not any(own[language][channel].values()):
            shown.append(Shown(language=language, label=label, direction=direction, rendered=None))
            continue
        made = preview(
            content=own,
            purpose=template.purpose,
            language=language,
            channel=channel,
            setting=setting,
            values=read_preview_values(customer, language),
            languages=template.languages,
        )
        problems.extend(made.problems)
        rendered = made.shown if isinstance(made.shown, Rendered) else None
        lacks, names = _say_lack(made.shown) if isinstance(made.shown, Missing) else ("", ())
        if made.problems:
            lacks = _("The preview comes back when what is marked above is put right.")
        frame = ""
        if rendered is not None and rendered.html:
            frame = keep_draft(request, str(template.uuid), language, rendered.html)
        shown.append(
            Shown(
                language=language,
                label=label,
                direction=direction,
                rendered=rendered,
                frame=frame,
                lacks=lacks,
                names=names,
                meter=_measure(rendered, look, request) if rendered and rendered.parts else None,
            )
        )
    return shown, problems


def _say_lack(missing: Missing) -> tuple[str, tuple[str, ...]]:
    if missing.lack is Lack.VALUES:
        said = _("This customer would not get it, because these values are not known and have no default:")
        return said, missing.names
    said = {
        Lack.LIMITS: _("The text would be too long."),
        Lack.CONTENT: _("It says nothing by this way."),
        Lack.BROKEN: _("It cannot be read."),
    }[missing.lack]
    return f"{said} {missing.detail}".strip(), ()


def _measure(rendered: Rendered, look: Look, request: StaffRequest) -> Meter:
    parts = rendered.parts
    assert parts is not None
    currency = request.business.currency
    price = look.sms_part_price_minor
    cost = format_money(price * parts.parts, currency, request.LANGUAGE_CODE) if price is not None else ""
    is_single = parts.parts <= 1
    sizes = (160, 153) if parts.encoding == "GSM-7" else (70, 67)
    return Meter(
        parts=parts.parts,
        units=parts.units,
        left=parts.left,
        per_part=sizes[0] if is_single else sizes[1],
        cost=cost,
        is_arabic=any(_ARABIC.match(char) for char in parts.lengthens),
        lengthens=parts.lengthens[:LENGTHENS_SHOWN],
    )


@dataclass(frozen=True, kw_only=True)
class Someone:
    """A customer whose values the preview may show."""

    uuid: str
    label: str
    language: str


def choose_customer(request: StaffRequest, asked: QueryDict) -> tuple[Customer | None, list[Someone]]:
    """Whose values are shown, and whom one can choose; nobody for eyes that may not see personal data."""
    if not request.staff.may(Capability.SEE_PERSONAL):
        return None, []
    chosen = find_customer(asked.get("as", ""))
    found = find_customers(asked.get("find", ""))
    if found and (chosen is None or asked.get("found", "") != asked.get("find", "")) and chosen not in found:
        chosen = found[0]
    if chosen is not None and chosen not in found:
        found = [chosen, *found]
    return chosen, [
        Someone(uuid=str(one.uuid), label=say_customer(one, sees_personal=True), language=one.language)
        for one in found
    ]


def name_channels(channels: list[str]) -> list[tuple[str, str]]:
    return [(one, str(say_channel(one)) if one != "webhook" else _("Webhook")) for one in channels]
