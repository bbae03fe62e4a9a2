"""Liquid as Wafaa speaks it: few tags, bounded work, and values that are written safely wherever they stand.

In text a value is isolated where the directions ask for it; in HTML it is escaped and stands in <bdi>. The compiler marks
what lies in an attribute (`_attribute`) or in an address (`{% _address %}`), which have no markup.
"""

import re
import time
from collections.abc import Mapping
from functools import lru_cache
from html import escape
from io import StringIO
from typing import Any, TextIO

from liquid import BoundTemplate, Environment, RenderContext
from liquid.ast import BlockNode, Node
from liquid.builtin import illegal
from liquid.builtin.content import Literal
from liquid.builtin.output import Output, OutputNode
from liquid.builtin.tags import (
    assign_tag,
    case_tag,
    comment_tag,
    for_tag,
    if_tag,
    inline_comment_tag,
    unless_tag,
)
from liquid.exceptions import (
    LiquidError,
    LiquidInterrupt,
    LoopIterationLimitError,
    OutputStreamLimitError,
    ResourceLimitError,
)
from liquid.parser import get_parser
from liquid.stream import TokenStream
from liquid.tag import Tag
from liquid.token import TOKEN_TAG, Token
from liquid.undefined import UNDEFINED

from wafaa.act.messages.rendering import filters
from wafaa.act.messages.rendering.marks import clean, isolate_html, isolate_text
from wafaa.act.messages.rendering.rules import Rewrite, Setting, is_rtl
from wafaa.act.messages.rendering.values import Absent, Branch, Link, is_absent
from wafaa.act.messages.rendering.words import runs_ltr, say

# A long mail has some 60 kB; Gmail cuts off what lies behind 102 kB.
OUTPUT_CHARS_MAX = 512 * 1024
SOURCE_CHARS_MAX = 200_000
# All loops of one message together; a receipt of 200 lines with two loops stays far below.
ROUNDS_MAX = 2_000
SECONDS_MAX = 2.0
ADDRESS_CHARS_MAX = 2_000
# Where an address may lead; what else a value may say (javascript:, data:) leads nowhere.
SCHEMES = ("https://", "http://", "mailto:", "tel:", "sms:", "whatsapp:")


class TooMuch(Exception):
    """A limit was reached."""


class Paper(StringIO):
    """What is written so far, with a limit; characters are counted, for encoding each piece to count its bytes costs more
    than writing it.
    """

    def __init__(self, limit: int) -> None:
        super().__init__()
        self.room = limit

    def write(self, text: str, /) -> int:
        self.room -= len(text)
        if self.room < 0:
            raise OutputStreamLimitError("output", token=None)
        return super().write(text)


class Sheet(RenderContext):
    """One message on its way: whom it is written for, in which language, and what was missing."""

    __slots__ = ("language", "links", "missing", "rewrite", "rounds", "rtl", "setting", "until")

    def prepare(
        self, *, language: str, setting: Setting, rewrite: Rewrite | None, links: frozenset[str]
    ) -> "Sheet":
        self.language, self.setting, self.rewrite, self.links = language, setting, rewrite, links
        self.rtl = is_rtl(language)
        self.missing: dict[str, None] = {}
        self.rounds = 0
        self.until = time.monotonic() + SECONDS_MAX
        return self

    def raise_for_loop_limit(self, length: int = 1) -> None:
        """The library counts nested loops; all loops of a message count here."""
        self.rounds += length
        if self.rounds > ROUNDS_MAX:
            raise LoopIterationLimitError("loops", token=None)
        self.watch()

    def get(self, path: list[object], *, token: Token | None, default: object = UNDEFINED) -> object:
        """The short way to a value below a group's name; all else goes the library's."""
        if len(path) == 2 and isinstance(path[0], str) and isinstance(path[1], str):
            branch = self.scope.get(path[0])
            if type(branch) is Branch:
                return branch[path[1]]
        return super().get(path, token=token, default=default)

    def watch(self) -> None:
        if time.monotonic() > self.until:
            raise TooMuch("time")

    def note(self, absent: Absent) -> None:
        self.missing[absent.name] = None


class TextNode(OutputNode):
    """{{ … }} in plain text."""

    __slots__ = ()

    def render_to_output(self, context: Any, buffer: TextIO) -> int:
        value = self.expression.evaluate(context)
        if is_absent(value):
            context.note(value)
            return 0
        return buffer.write(value if isinstance(value, filters.Written) else write_text(value, context))


class HtmlNode(OutputNode):
    """{{ … }} in HTML."""

    __slots__ = ()

    def render_to_output(self, context: Any, buffer: TextIO) -> int:
        value = self.expression.evaluate(context)
        if is_absent(value):
            context.note(value)
            return 0
        if isinstance(value, filters.Written):
            return buffer.write(value)
        return buffer.write(isolate_html(say_plainly(value, context), ltr=runs_ltr(value)))


def say_plainly(value: Any, context: Any) -> str:
    return clean(say(value, context.language, context.setting))


def write_text(value: Any, context: Any) -> str:
    said = say_plainly(value, context)
    # A phone's reader of addresses takes an invisible mark at the end for a part of the address.
    if isinstance(value, Link):
        return said
    return isolate_text(said, rtl=context.rtl, ltr=runs_ltr(value))


class TextOutput(Output):
    node_class = TextNode


class HtmlOutput(Output):
    node_class = HtmlNode


class WatchedBlock(BlockNode):
    """What a loop repeats; the time is looked at each round."""

    __slots__ = ()

    def render_to_output(self, context: Any, buffer: TextIO) -> int:
        context.watch()
        return super().render_to_output(context, buffer)


class PickyForNode(for_tag.ForNode):
    """A list that is not there stops the message, unless the template says what to write then ({% else %})."""

    __slots__ = ()

    def __init__(
        self, token: Token, expression: Any, block: BlockNode, default: BlockNode | None = None
    ) -> None:
        super().__init__(token, expression, WatchedBlock(block.token, block.nodes), default)

    def render_to_output(self, context: Any, buffer: TextIO) -> int:
        if self.default is None:
            found = self.expression.iterable.evaluate(context)
            if is_absent(found):
                context.note(found)
                return 0
        return super().render_to_output(context, buffer)


class PickyFor(for_tag.ForTag):
    node_class = PickyForNode


class AddressNode(Node):
    """An address, whole: only where addresses may lead, with its values quoted, and as the sender rewrites it."""

    __slots__ = ("block", "is_pressed")

    def __init__(self, token: Token, block: BlockNode, *, is_pressed: bool) -> None:
        super().__init__(token)
        self.block, self.is_pressed = block, is_pressed
        self.blank = False

    def render_to_output(self, context: Any, buffer: TextIO) -> int:
        inner = Paper(ADDRESS_CHARS_MAX * 4)
        self.block.render(context, inner)
        rewrite = context.rewrite if self.is_pressed else None
        return buffer.write(escape(lead(inner.getvalue(), rewrite, context.links)))

    def children(self, static_context: RenderContext, *, include_partials: bool = True) -> list[Node]:
        return [self.block]


def lead(address: str, rewrite: Rewrite | None = None, kept: frozenset[str] = frozenset()) -> str:
    """The address, rewritten where the sender does so with what is pressed and not `kept`; "#" where it may lead nowhere."""
    address = clean(address).replace(" ", "%20")
    if not address.lower().startswith(SCHEMES):
        return "#"
    if rewrite is None or address in kept or not address.lower().startswith("http"):
        return address
    return rewrite(address)


class AddressTag(Tag):
    """Where a press leads."""

    name = "_address"
    block = True
    is_pressed = True

    def parse(self, stream: TokenStream) -> Node:
        token = stream.eat(TOKEN_TAG)
        end = f"end{self.name}"
        block = get_parser(self.env).parse_block(stream, frozenset({end}))
        stream.expect(TOKEN_TAG, end)
        return AddressNode(token, block, is_pressed=self.is_pressed)


class SourceTag(AddressTag):
    """Where a picture comes from."""

    name = "_source"
    is_pressed = False


class _Environment(Environment):
    context_depth_limit = 20
    block_nesting_limit = 12
    local_namespace_limit = 256 * 1024
    output_stream_limit = OUTPUT_CHARS_MAX
    loop_iteration_limit = ROUNDS_MAX
    suppress_blank_control_flow_blocks = False
    output: type[Output] = TextOutput

    def setup_tags_and_filters(self, *, extra: bool = False) -> None:
        for tag in (
            Literal, self.output, illegal.Illegal, if_tag.IfTag, unless_tag.UnlessTag, case_tag.CaseTag, PickyFor,
            for_tag.BreakTag, for_tag.ContinueTag, assign_tag.AssignTag, comment_tag.CommentTag,
            inline_comment_tag.InlineCommentTag,
        ):  # fmt: skip
            self.add_tag(tag)
        for name, function in (filters.FILTERS | filters.OWN_FILTERS).items():
            self.add_filter(name, function)


class TextEnvironment(_Environment):
    pass


class HtmlEnvironment(_Environment):
    output = HtmlOutput

    def setup_tags_and_filters(self, *, extra: bool = False) -> None:
        super().setup_tags_and_filters()
        self.add_tag(AddressTag)
        self.add_tag(SourceTag)


TEXT, HTML = TextEnvironment(undefined=Absent), HtmlEnvironment(undefined=Absent)


class TemplateBroken(Exception):
    """What was written is no Liquid. `line` counts from 1, 0 where nobody knows; `what` is the library's sentence."""

    def __init__(self, what: str, line: int = 0) -> None:
        super().__init__(what, line)
        self.what, self.line = what, line


def find_line(error: LiquidError) -> int:
    """Of the source that was parsed."""
    place = error.context()
    return place[0] if place else 0


@lru_cache(maxsize=512)
def parse(source: str, *, is_html: bool = False) -> BoundTemplate:
    """Raises TemplateBroken."""
    if len(source) > SOURCE_CHARS_MAX:
        raise TemplateBroken("length")
    try:
        return (HTML if is_html else TEXT).from_string(source)
    except LiquidError as error:
        raise TemplateBroken(str(error.message), find_line(error)) from error
    except RecursionError as error:
        raise TemplateBroken("depth") from error


# A stop of a word, its end of direction, and the stop of the sentence; no dots of a path or of an ellipsis.
_TWO_STOPS = re.compile(r"(?<=[^\W\d_])\.(\u200f?(?:\u2069|</bdi>)?)\.(?![.\w/])")


def close_once(text: str) -> str:
    """A sentence that ends with a short form, such as that of a currency, has one stop, not two."""
    return _TWO_STOPS.sub(r".\1", text)


def fill(
    source: str,
    *,
    values: Mapping[str, Any],
    language: str,
    setting: Setting,
    is_html: bool = False,
    rewrite: Rewrite | None = None,
    links: frozenset[str] = frozenset(),
) -> tuple[str, list[str]]:
    """The text for one person, and the names that have no value.

    Raises TemplateBroken, and TooMuch where a limit is reached.
    """
    if "{" not in source:
        return source, []
    template = parse(source, is_html=is_html)
    sheet = Sheet(template, globals=values).prepare(
        language=language, setting=setting, rewrite=rewrite, links=links
    )
    buffer = Paper(OUTPUT_CHARS_MAX)
    try:
        template.render_with_context(sheet, buffer)
    except ResourceLimitError as error:
        raise TooMuch(str(error.message)) from error
    except LiquidError as error:
        raise TemplateBroken(str(error.message), find_line(error)) from error
    except (ArithmeticError, ValueError, TypeError, RecursionError, LiquidInterrupt) as error:
        raise TemplateBroken(type(error).__name__) from error
    return close_once(buffer.getvalue()), list(sheet.missing)
