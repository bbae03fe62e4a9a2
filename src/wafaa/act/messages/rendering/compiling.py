"""What was written becomes what render() takes, once, when it is saved; or a list of what to change."""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from zoneinfo import ZoneInfo

from wafaa.act.messages.rendering import frame, survey
from wafaa.act.messages.rendering.checking import Problem, check
from wafaa.act.messages.rendering.frame import FOOTER, HEADER, Style
from wafaa.act.messages.rendering.liquid import SOURCE_CHARS_MAX, TemplateBroken, TooMuch, fill
from wafaa.act.messages.rendering.mails import Sheets, compile_mail
from wafaa.act.messages.rendering.names import OWN, UNSUBSCRIBE, build_samples
from wafaa.act.messages.rendering.plain import write_text
from wafaa.act.messages.rendering.rules import (
    FIELDS,
    FIELDS_NEEDED,
    Setting,
    TemplatePurpose,
    Texts,
)
from wafaa.act.messages.rendering.sms import count_parts
from wafaa.act.messages.rendering.tokens import Tokens
from wafaa.act.messages.rendering.values import Root

_LANGUAGE = re.compile(r"[a-z]{2,3}")
_BLOCK = re.compile(r"\{%-?\s*render\s+(['\"])(?P<name>[\w-]*)\1\s*-?%\}")
# A block may hold blocks; three floors are plenty and a circle ends.
FLOORS_MAX = 3
SOURCE_MAX = SOURCE_CHARS_MAX // 4
# A marketer who writes more than this in one SMS has made a mistake: ten Arabic parts are 670 letters.
SMS_PARTS_MAX = 10
LINE_FIELDS = frozenset({"subject", "preheader", "url", "name"})
LINE_CHARS_MAX = 500
# name -> language -> text
Blocks = Mapping[str, Mapping[str, str]]


@dataclass(kw_only=True)
class Compiled:
    """`texts` are whole only without problems."""

    texts: dict[str, dict[str, dict[str, str]]] = field(default_factory=dict)
    names: set[str] = field(default_factory=set)
    blocks: set[str] = field(default_factory=set)
    problems: list[Problem] = field(default_factory=list)


def compile_texts(
    content: Texts, *, purpose: str, blocks: Blocks, style: Style, own: Collection[str] | None = None
) -> Compiled:
    """Everything of a version. What a language leaves empty for a channel is left out; another language stands in.

    `own` are the keys of the business's own fields of customers; None asks nothing of them.
    """
    made = Compiled()
    for language, channels in content.items():
        if not _LANGUAGE.fullmatch(language):
            made.problems.append(Problem(code="language", detail=language[:20]))
            continue
        for channel, fields in channels.items():
            unknown = (
                [channel] if channel not in FIELDS else [one for one in fields if one not in FIELDS[channel]]
            )
            if unknown:
                made.problems.append(Problem(code="channel", detail=unknown[0][:20], language=language))
            elif any(text.strip() for text in fields.values()):
                work = _Work(language=language, channel=channel, blocks=blocks, own=own)
                compiled = _compile_one(work, fields, purpose, style)
                if not work.problems:
                    made.texts.setdefault(language, {})[channel] = compiled
                made.names |= work.names
                made.blocks |= work.used
                made.problems.extend(work.problems)
    return made


def _compile_one(work: "_Work", fields: Mapping[str, str], purpose: str, style: Style) -> dict[str, str]:
    """One language by one channel."""
    texts = {name: fields.get(name, "") for name in FIELDS[work.channel]}
    for name in FIELDS_NEEDED[work.channel]:
        if not texts[name].strip():
            work.complain(Problem(code="needed"), name)
    opened = {name: work.open(text, name) for name, text in texts.items()}
    if work.problems:
        return {}
    compiled = _write_mail(work, opened, purpose, style) if work.channel == "email" else _write_fields(opened)
    if not work.problems:
        _try(work, compiled)
    return compiled


class _Work:
    """What is found while one language of one channel is compiled."""

    def __init__(self, *, language: str, channel: str, blocks: Blocks, own: Collection[str] | None) -> None:
        self.language, self.channel, self.blocks, self.own = language, channel, blocks, own
        self.problems: list[Problem] = []
        self.names: set[str] = set()
        self.used: set[str] = set()

    def complain(self, problem: Problem, name: str) -> None:
        self.problems.append(replace(problem, language=self.language, channel=self.channel, field=name))

    def open(self, text: str, name: str) -> str:
        """The text with its blocks in it, checked."""
        if len(text) > (LINE_CHARS_MAX if name in LINE_FIELDS else SOURCE_MAX):
            self.complain(Problem(code="too_long", detail=str(len(text))), name)
            return ""
        found, names = check(_BLOCK.sub("", text))
        found.extend(self._find_unknown_fields(names))
        for problem in found:
            self.complain(problem, name)
        self.names |= names
        return "" if found else self._expand(text, name, 0)

    def _find_unknown_fields(self, names: Collection[str]) -> Iterator[Problem]:
        keys = [name.removeprefix(f"{OWN}.") for name in sorted(names) if name.startswith(f"{OWN}.")]
        for key in keys:
            if self.own is not None and key not in self.own:
                near = get_close_matches(key, self.own, n=1)
                yield Problem(
                    code="unknown_name", detail=f"{OWN}.{key}", nearest=f"{OWN}.{near[0]}" if near else ""
                )

    def _expand(self, text: str, name: str, floor: int) -> str:
        def put(found: re.Match[str]) -> str:
            block = found["name"]
            if block == survey.NAME and block not in self.blocks:
                return self._write_survey(name)
            written = self.find_block(block)
            if written == survey.QUIET_TAG:
                return self._write_named_survey(name)
            if written is None or floor >= FLOORS_MAX:
                line = text.count("\n", 0, found.start()) + 1 if floor == 0 else 0
                self.complain(Problem(code="unknown_block", detail=block, line=line), name)
                return ""
            return self._expand(written, name, floor + 1)

        return _BLOCK.sub(put, text)

    def _write_survey(self, name: str) -> str:
        """The survey's first question; of a mail's body the tag stays until it is known where it came to lie."""
        if self.channel == "email" and name == "body":
            self.names |= check(survey.write_plain_block())[1]
            return survey.TAG
        written = survey.PLAIN if self.channel == "email" and name == "text" else survey.SHORT
        self.names |= check(written)[1]
        return written

    def _write_named_survey(self, name: str) -> str:
        if self.channel == "email" and name == "body":
            return survey.QUIET_TAG
        return survey.quieten(survey.PLAIN if self.channel == "email" and name == "text" else survey.SHORT)

    def find_block(self, block: str) -> str | None:
        """In this language, else in any; notes that it is used."""
        told = self.blocks.get(block)
        if told is None:
            return None
        self.used.add(block)
        written = told.get(self.language) or next((one for one in told.values() if one), "")
        self.names |= check(_BLOCK.sub("", written))[1] if written != survey.QUIET_TAG else set()
        return written

    def open_block(self, block: str, instead: str) -> str:
        """A block that stands in every mail where the business has made it."""
        written = self.find_block(block)
        if written is None:
            self.names |= check(instead)[1]
            return instead
        return self._expand(written, block, 1)


def _write_fields(opened: Mapping[str, str]) -> dict[str, str]:
    written = {}
    for name, text in opened.items():
        tokens = Tokens()
        written[name] = tokens.put_back_text(tokens.take(text.strip()))
    return {name: text for name, text in written.items() if text}


def _write_mail(work: _Work, opened: Mapping[str, str], purpose: str, style: Style) -> dict[str, str]:
    footer = work.open_block(FOOTER, frame.default_footer(work.language))
    if purpose != TemplatePurpose.SERVICE and UNSUBSCRIBE not in work.names:
        stops = frame.write_stops(work.language)
        footer += stops
        work.names |= check(stops)[1]
    sheets = Sheets(
        subject=opened["subject"],
        preheader=opened["preheader"],
        header=work.open_block(HEADER, frame.default_header()),
        body=opened["body"],
        footer=footer,
    )
    mail = compile_mail(sheets, language=work.language, style=style)
    for problem in mail.problems:
        work.complain(problem, problem.field or "body")
    if purpose != TemplatePurpose.SERVICE and mail.html and f"{UNSUBSCRIBE} |" not in mail.html:
        work.complain(Problem(code="no_unsubscribe"), "body")
    text = mail.text
    if opened["text"].strip():
        tokens = Tokens()
        foot = write_text(tokens.take(footer))
        text = tokens.put_back_text(tokens.take(f"{opened['text'].strip()}\n\n――――\n\n{foot}"))
    subject = _write_fields({"subject": opened["subject"]}).get("subject", "")
    return {"subject": subject, "html": mail.html, "text": text}


def _try(work: _Work, compiled: Mapping[str, str]) -> None:
    """Written once with example values: what fails now would fail for everybody."""
    samples = build_samples(work.language)
    setting = Setting(zone=ZoneInfo("UTC"), currency="SAR")
    links = frozenset(samples["links"].values())
    for name, source in compiled.items():
        shown = "body" if name == "html" else name
        try:
            text, _absent = fill(
                source,
                values=Root(samples),
                language=work.language,
                setting=setting,
                is_html=name == "html",
                links=links,
            )
        except TooMuch as error:
            work.complain(Problem(code="too_long", detail=str(error)), shown)
            return
        except TemplateBroken as error:
            work.complain(Problem(code="trial", detail=error.what), shown)
            return
        if work.channel == "sms" and (parts := count_parts(text).parts) > SMS_PARTS_MAX:
            work.complain(Problem(code="too_long", detail=f"{parts} SMS"), shown)


def check_block(name: str, language: str, text: str) -> list[Problem]:
    """What is wrong with a block by itself."""
    found = check(_BLOCK.sub("", text))[0]
    if len(text) > SOURCE_MAX:
        found = [Problem(code="too_long", detail=str(len(text)))]
    return [replace(problem, language=language, field=name) for problem in found]


def find_gaps(content: Texts, languages: list[str]) -> dict[tuple[str, str], list[str]]:
    """(language, channel) -> the fields that it lacks, for every channel that some language has."""
    channels = {channel for one in content.values() for channel, told in one.items() if any(told.values())}
    gaps = {}
    for language in dict.fromkeys([*languages, *content]):
        for channel in sorted(channels & set(FIELDS_NEEDED)):
            told = content.get(language, {}).get(channel, {})
            lacking = [name for name in FIELDS_NEEDED[channel] if not told.get(name, "").strip()]
            if lacking:
                gaps[language, channel] = lacking
    return gaps
