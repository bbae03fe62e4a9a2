"""What is wrong with a text before it is saved: names that nobody has, filters that do not exist, Liquid that is none."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from liquid.ast import Node
from liquid.builtin.expressions import FilteredExpression, Path
from liquid.builtin.tags.assign_tag import AssignNode
from liquid.builtin.tags.for_tag import ForNode
from liquid.expression import Expression

from wafaa.act.messages.rendering.filters import FILTERS
from wafaa.act.messages.rendering.liquid import TemplateBroken, parse
from wafaa.act.messages.rendering.names import Kind, find_kind, is_group, is_known, suggest

MESSAGES: dict[str, Promise] = {
    "broken": _("This cannot be read: {detail}"),
    "unknown_name": _("There is no value called {detail}."),
    "unknown_filter": _("There is no filter called {detail}."),
    "unknown_block": _("There is no block called {detail}."),
    "unknown_element": _("A mail cannot hold <{detail}>."),
    "mjml": _("The layout cannot be read: {detail}"),
    "placed_wrong": _("A value cannot stand here: {detail}"),
    "address": _("An address begins with https://, mailto: or tel:. This one does not: {detail}"),
    "no_unsubscribe": _("Whoever gets an offer must be able to stop offers: put in links.unsubscribe."),
    "needed": _("This must be filled in."),
    "too_long": _("This is too long: {detail}"),
    "trial": _("With example values it fails: {detail}"),
    "language": _("A language is a code such as ar or en: {detail}"),
    "channel": _("There is no such channel or field: {detail}"),
}


@dataclass(frozen=True, kw_only=True)
class Problem:
    """One thing that keeps a text from being saved, and where. `line` counts from 1; 0 means the whole."""

    code: str
    detail: str = ""
    line: int = 0
    nearest: str = ""
    language: str = ""
    channel: str = ""
    field: str = ""

    def __str__(self) -> str:
        said = str(MESSAGES[self.code]).format(detail=self.detail)
        if self.line:
            said += " " + str(_("Line {line}.")).format(line=self.line)
        if self.nearest:
            said += " " + str(_("Did you mean {nearest}?")).format(nearest=self.nearest)
        return said


def check(source: str) -> tuple[list[Problem], set[str]]:
    """(what is wrong, the names that it asks for) of one text of Liquid."""
    try:
        template = parse(source)
    except TemplateBroken as error:
        return [Problem(code="broken", detail=error.what, line=error.line)], set()
    walk = _Walk()
    walk.visit(template.nodes, {})
    problems = [
        Problem(code=code, detail=detail, line=_count_lines(source, place), nearest=nearest)
        for code, detail, place, nearest in walk.found
    ]
    return problems, walk.names


def _count_lines(source: str, place: int) -> int:
    return source.count("\n", 0, place) + 1 if place >= 0 else 0


class _Walk:
    """Goes through a template with what each loop's and each assignment's name stands for."""

    def __init__(self) -> None:
        self.found: list[tuple[str, str, int, str]] = []
        self.names: set[str] = set()

    def visit(self, nodes: Any, scope: dict[str, str]) -> None:
        for node in nodes:
            self._visit_one(node, scope)

    def _visit_one(self, node: Node, scope: dict[str, str]) -> None:
        if isinstance(node, AssignNode):
            followed = self._follow(node.expression, scope)
            if not (followed.endswith("[]") and is_group(followed)):  # {% assign first = order.lines.first %}
                self._read(node.expression, scope)
            scope[str(node.name)] = followed
            return
        for expression in node.expressions():
            self._read(expression, scope)
        if isinstance(node, ForNode):
            self._visit_loop(node, scope)
        else:
            self.visit(_list_children(node), scope)

    def _visit_loop(self, node: ForNode, scope: dict[str, str]) -> None:
        listed = self._follow(node.expression.iterable, scope)
        own = {node.expression.identifier: f"{listed}[]" if listed else "", "forloop": ""}
        inner = {**scope, **own}
        self.visit([node.block], inner)
        # what a loop assigns holds behind it too
        scope.update({name: path for name, path in inner.items() if name not in own})
        if node.default:
            self.visit([node.default], scope)

    def _follow(self, expression: Expression, scope: Mapping[str, str]) -> str:
        """The name behind an expression, "" where it is reckoned."""
        if isinstance(expression, FilteredExpression):
            if expression.filters:
                return ""
            expression = expression.left
        return _resolve(expression, scope) or "" if isinstance(expression, Path) else ""

    def _read(self, expression: Expression, scope: Mapping[str, str]) -> None:
        if isinstance(expression, Path):
            self._check_path(expression, scope)
        for one in getattr(expression, "filters", None) or []:
            if one.name not in FILTERS:
                near = get_close_matches(one.name, FILTERS, n=1)
                self.found.append(
                    ("unknown_filter", one.name, one.token.start_index, near[0] if near else "")
                )
        for child in expression.children():
            self._read(child, scope)

    def _check_path(self, path: Path, scope: Mapping[str, str]) -> None:
        head = path.path[0]
        if isinstance(head, str) and scope.get(head) == "":
            return
        name = _resolve(path, scope)
        if name is not None and is_known(name):
            self.names.add(name)
            return
        nearest = suggest(name or str(path))
        if nearest and head in scope:  # as the loop calls it
            nearest = f"{head}.{nearest.rpartition('.')[2]}"
        self.found.append(("unknown_name", str(path), path.token.start_index, nearest))


def _resolve(path: Path, scope: Mapping[str, str]) -> str | None:
    """The registry's name of what the path means; None where it is put together from other values."""
    head = path.path[0]
    if not isinstance(head, str):
        return None
    name = scope.get(head, head)
    for part in path.path[1:]:
        if isinstance(part, int):
            name += "[]"
        elif not isinstance(part, str):
            return None
        elif find_kind(name) is Kind.LIST and part in {"first", "last"}:
            name += "[]"
        elif part == "size" and is_known(name):
            return name
        else:
            name += f".{part}"
    return name


def _list_children(node: Node) -> Iterator[Node]:
    # the library hands over a context for partial templates, which we have none of
    yield from node.children(None)  # type: ignore[arg-type]
