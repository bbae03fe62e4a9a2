"""A mail's body becomes HTML when it is saved: words or MJML in the frame, mirrored, with each value safe in its place."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from html import escape, unescape

from mjml import mjml2html

from wafaa.act.messages.rendering.checking import Problem
from wafaa.act.messages.rendering.frame import LINE, Style, build_body, build_head
from wafaa.act.messages.rendering.liquid import SCHEMES
from wafaa.act.messages.rendering.markdown import write_mjml
from wafaa.act.messages.rendering.plain import write_text
from wafaa.act.messages.rendering.rules import is_rtl
from wafaa.act.messages.rendering.survey import NAME, quieten, write_block, write_plain_block
from wafaa.act.messages.rendering.tokens import Tokens

MJML_ELEMENTS = frozenset({
    "mj-section", "mj-column", "mj-group", "mj-wrapper", "mj-text", "mj-button", "mj-image", "mj-divider", "mj-spacer",
    "mj-table", "mj-raw", "mj-hero", "mj-social", "mj-social-element", "mj-navbar", "mj-navbar-link", "mj-accordion",
    "mj-accordion-element", "mj-accordion-title", "mj-accordion-text",
})  # fmt: skip
HTML_ELEMENTS = frozenset({
    "a", "b", "bdi", "bdo", "blockquote", "br", "center", "code", "div", "em", "h1", "h2", "h3", "h4", "hr", "i", "img",
    "li", "ol", "p", "s", "small", "span", "strong", "sub", "sup", "table", "tbody", "td", "th", "thead", "tr", "u", "ul",
})  # fmt: skip
_ELEMENT = re.compile(r"<([a-zA-Z][\w-]*)((?:[^<>\"']|\"[^\"]*\"|'[^']*')*)>")
_LAYOUT = re.compile(r"<(?P<end>/?)(?P<name>mj-[\w-]*)(?:[^<>\"'/]|/(?!>)|\"[^\"]*\"|'[^']*')*(?P<alone>/?)>")
_ATTRIBUTE = re.compile(r"([\w:-]+)\s*=\s*(\"[^\"]*\"|'[^']*')")
_OWN_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_LETTER_SPACING = re.compile(r"letter-spacing\s*(?:=\s*(?:\"[^\"]*\"|'[^']*')|:[^;\"']*;?)")
# Attributes by which a mail reaches somewhere; of these only `href` is a press of the reader.
ADDRESSES = frozenset({"href", "src", "background", "background-url", "action"})
_PIECES = re.compile(
    r"(?P<comment><!--(?P<inner>.*?)-->)|(?P<style><style\b.*?</style>)|(?P<title><title>.*?</title>)"
    r"|(?P<element><[a-zA-Z/](?:[^<>\"']|\"[^\"]*\"|'[^']*')*>)",
    re.DOTALL,
)
# What begins and ends a conditional comment, in which Outlook finds markup.
_CONDITION = re.compile(r"(\[if [^\]]*\]>)(.*)(<!\[endif\])", re.DOTALL)


@dataclass(frozen=True, kw_only=True)
class Mail:
    """A compiled body: both are Liquid."""

    html: str
    text: str
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Sheets:
    """The pieces of one mail, as they were written."""

    subject: str
    preheader: str
    header: str
    body: str
    footer: str


def compile_mail(sheets: Sheets, *, language: str, style: Style) -> Mail:
    """Its problems tell what to change; with problems there is no HTML."""
    tokens = Tokens()
    body = tokens.take(sheets.body)
    header, footer = (tokens.take(piece) for piece in (sheets.header, sheets.footer))
    subject, preheader = (escape(tokens.take(piece)) for piece in (sheets.subject, sheets.preheader))
    problems = [
        *_find_problems(body, tokens),
        *_find_problems(header, tokens),
        *_find_problems(footer, tokens),
    ]
    if problems:
        return Mail(html="", text="", problems=tuple(problems))
    sections = _to_sections(body, tokens)
    asked = write_block(language, colour=style.colour, line=LINE)
    full = build_head(language, style, preheader, subject) + build_body(
        _strip(header), _put_survey(sections, tokens, asked), _strip(footer)
    )
    try:
        html = mjml2html(_mirror(full, language), fonts={})
    except ValueError as error:
        return Mail(html="", text="", problems=(Problem(code="mjml", detail=str(error)),))
    placed, misplaced = _place(html, tokens)
    words = _put_survey(sections, tokens, write_plain_block())
    text = tokens.put_back_text(_join(write_text(words), write_text(_strip(footer))))
    if misplaced:
        return Mail(html="", text="", problems=tuple(misplaced))
    return Mail(html=placed, text=text)


def _join(body: str, footer: str) -> str:
    return f"{body}\n\n――――\n\n{footer}" if footer else body


def _strip(source: str) -> str:
    return _OWN_COMMENT.sub("", source)


def _to_sections(body: str, tokens: Tokens) -> str:
    """Words become MJML, loose elements get a section."""
    if "<mj-" not in body:
        return write_mjml(body, tokens)
    body = _strip(body)
    if re.search(r"<mj-(?:section|wrapper|hero)\b", body):
        return body
    return f"<mj-section><mj-column>{body}</mj-column></mj-section>"


def _put_survey(sections: str, tokens: Tokens, block: str) -> str:
    """The block `survey` where its tag stands, which no parser of Liquid would know."""
    asked, quiet = tokens.take(block), tokens.take(quieten(block, is_mjml=True))

    def put(found: re.Match[str]) -> str:
        inner = tokens.get(found["number"]).inner
        if tag := re.fullmatch(rf"""render ['"]{NAME}['"]( quiet)?""", inner):
            return quiet if tag[1] else asked
        return found[0]

    pattern = rf"(?:<mj-raw>)?{tokens.mark}(?P<number>\d{{4,}})Z(?:</mj-raw>)?"
    return re.sub(pattern, put, sections)


def _find_problems(source: str, tokens: Tokens) -> Iterator[Problem]:
    """Elements and addresses that no mail of ours may have, in what somebody wrote."""
    if "<mj-" not in source:  # plain words hold no elements
        return
    source = _OWN_COMMENT.sub(lambda one: "\n" * one[0].count("\n"), source)
    yield from _find_unclosed(source)
    for found in _ELEMENT.finditer(source):
        line = source.count("\n", 0, found.start()) + 1
        name = found[1].lower()
        if name not in MJML_ELEMENTS and name not in HTML_ELEMENTS:
            near = get_close_matches(name, MJML_ELEMENTS | HTML_ELEMENTS, n=1)
            yield Problem(code="unknown_element", detail=name, line=line, nearest=near[0] if near else "")
        for attribute, quoted in _ATTRIBUTE.findall(found[2]):
            value = unescape(quoted[1:-1]).strip()
            if attribute.lower().startswith("on"):
                yield Problem(code="placed_wrong", detail=attribute, line=line)
            elif attribute.lower() in ADDRESSES and not _may_lead(value, tokens):
                yield Problem(code="address", detail=value, line=line)


def _find_unclosed(source: str) -> Iterator[Problem]:
    """The engine takes any end for any beginning; a mail that lost half of itself should be told instead."""
    opened: list[tuple[str, int]] = []
    for found in _LAYOUT.finditer(source):
        line = source.count("\n", 0, found.start()) + 1
        if not found["end"]:
            if not found["alone"]:
                opened.append((found["name"], line))
        elif not opened or opened[-1][0] != found["name"]:
            begun = f"<{opened[-1][0]}> … " if opened else ""
            yield Problem(code="mjml", detail=f"{begun}</{found['name']}>", line=line)
            return
        else:
            opened.pop()
    for name, line in opened[:1]:
        yield Problem(code="mjml", detail=f"<{name}>", line=line)


def _may_lead(address: str, tokens: Tokens) -> bool:
    """What a value begins is looked at when it is known."""
    return not address or address.lower().startswith(SCHEMES) or tokens.pattern.match(address) is not None


def _mirror(mjml: str, language: str) -> str:
    """`start` and `end` are sides of the language's direction; Arabic letters are never pulled apart."""
    start, end = ("right", "left") if is_rtl(language) else ("left", "right")
    sides = {"start": start, "end": end}
    mjml = re.sub(
        r'((?:text-)?align\s*[=:]\s*["\']?\s*)(start|end)\b', lambda one: one[1] + sides[one[2]], mjml
    )
    mjml = re.sub(
        r"\b(padding|border)-(start|end)(\s*[=:])", lambda one: f"{one[1]}-{sides[one[2]]}{one[3]}", mjml
    )
    return _LETTER_SPACING.sub("", mjml) if is_rtl(language) else mjml


def _place(html: str, tokens: Tokens) -> tuple[str, list[Problem]]:
    """Puts each piece of Liquid back so that a value is escaped for the very place where it came to lie."""
    problems: list[Problem] = []
    written: list[str] = []
    end = 0
    for found in _PIECES.finditer(html):
        written.append(tokens.put_back(html[end : found.start()]))
        end = found.end()
        piece = found[0]
        if found["comment"]:
            piece = _place_comment(piece, found["inner"], tokens, problems)
        elif found["title"]:
            piece = tokens.put_back(piece, "_attribute")
        elif found["style"]:
            if tokens.has(piece):
                problems.append(Problem(code="placed_wrong", detail="<style>"))
        elif tokens.has(piece) or " href=" in piece:
            piece = _place_element(piece, tokens, problems)
        written.append(piece)
    written.append(tokens.put_back(html[end:]))
    return "".join(written), problems


def _place_comment(piece: str, inner: str, tokens: Tokens, problems: list[Problem]) -> str:
    condition = _CONDITION.fullmatch(inner)
    if condition is None:
        return piece if not tokens.has(piece) else ""
    placed, found = _place(condition[2], tokens)
    problems.extend(found)
    return f"<!--{condition[1]}{placed}{condition[3]}-->"


def _place_element(piece: str, tokens: Tokens, problems: list[Problem]) -> str:
    def place(found: re.Match[str]) -> str:
        name, quoted = found[1].lower(), found[2]
        value = quoted[1:-1]
        if name == "href" or (name in ADDRESSES and tokens.has(value)):
            return f'{found[1]}="{_write_address(value, tokens, is_pressed=name == "href")}"'
        if not tokens.has(value):
            return found[0]
        if name == "style" or name.startswith("on"):
            problems.append(Problem(code="placed_wrong", detail=name))
        return f'{found[1]}="{tokens.put_back(value, "_attribute")}"'

    placed = _ATTRIBUTE.sub(place, piece)
    if tokens.has(placed):
        problems.append(Problem(code="placed_wrong", detail=tokens.put_back(piece)[:80]))
    return placed


def _write_address(value: str, tokens: Tokens, *, is_pressed: bool) -> str:
    """A value that begins an address is one itself; one further on is a part of it."""
    tag = "_address" if is_pressed else "_source"
    written: list[str] = []
    end = 0
    for found in tokens.pattern.finditer(value):
        written.append(unescape(value[end : found.start()]))
        token = tokens.get(found[1])
        begins = not "".join(one for one in written if not one.startswith("{%")).strip()
        written.append(token.write("_whole" if begins else "_part"))
        end = found.end()
    written.append(unescape(value[end:]))
    return f"{{% {tag} %}}{''.join(written)}{{% end{tag} %}}"
