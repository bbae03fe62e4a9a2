"""A mail that was written as plain words: paragraphs, headings, lists and a button become MJML.

A line that is nothing but a link is a button; a line that is nothing but a picture is one; `---` is a rule.
"""

from collections.abc import Sequence
from html import escape

from markdown_it import MarkdownIt
from markdown_it.token import Token as Part

from wafaa.act.messages.rendering.tokens import Tokens

# No HTML of the author's own: whoever wants markup writes MJML.
_READER = MarkdownIt("commonmark", {"html": False, "breaks": True}).disable(
    ["code", "fence", "html_block", "html_inline"]
)


def write_mjml(words: str, tokens: Tokens) -> str:
    """`words` with the pieces of Liquid taken out by `tokens`."""
    parts = _READER.parse(words)
    pieces: list[str] = []
    place = 0
    while place < len(parts):
        end = _find_end(parts, place)
        pieces.append(_write_block(parts[place : end + 1], tokens))
        place = end + 1
    return f"<mj-section><mj-column>{''.join(pieces)}</mj-column></mj-section>"


def _find_end(parts: Sequence[Part], place: int) -> int:
    """Of the block that begins there."""
    depth = 0
    for end in range(place, len(parts)):
        depth += parts[end].nesting
        if depth == 0:
            return end
    return len(parts) - 1


def _write_block(parts: Sequence[Part], tokens: Tokens) -> str:
    first = parts[0]
    if first.type == "hr":
        return "<mj-divider />"
    if first.type == "heading_open":
        return f'<mj-text mj-class="heading{min(int(first.tag[1:]), 2)}">{_render(parts[1:-1])}</mj-text>'
    if first.type == "paragraph_open":
        inline = parts[1]
        if tokens.are_tags_only(inline.content):
            return f"<mj-raw>{inline.content}</mj-raw>"
        alone = _find_alone(inline)
        return alone or f"<mj-text>{_render([inline])}</mj-text>"
    return f"<mj-text>{_render(parts)}</mj-text>"


def _find_alone(inline: Part) -> str | None:
    """The button or picture that a paragraph is, where it is nothing else."""
    children = inline.children or []
    if len(children) == 1 and children[0].type == "image":
        picture = children[0]
        return f'<mj-image src="{escape(str(picture.attrs["src"]))}" alt="{escape(picture.content)}" />'
    if len(children) >= 3 and children[0].type == "link_open" and children[-1].type == "link_close":
        if any(one.type == "link_open" for one in children[1:]):
            return None
        label = "".join(one.content for one in children[1:-1])
        return f'<mj-button href="{escape(str(children[0].attrs["href"]))}">{escape(label)}</mj-button>'
    return None


def _render(parts: Sequence[Part]) -> str:
    return str(_READER.renderer.render(list(parts), _READER.options, {})).strip()
