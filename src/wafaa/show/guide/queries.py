"""Reading the guide's pages."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.utils.safestring import SafeString
from markdown_it import MarkdownIt

from wafaa.show.guide.rules import CHAPTERS

TEXT = Path(__file__).parent / "text"


@dataclass(frozen=True, kw_only=True)
class Chapter:
    name: str
    title: str
    html: SafeString


@cache
def get_chapter(name: str, language: str) -> Chapter:
    """Raises KeyError where there is no such chapter."""
    if name not in CHAPTERS:
        raise KeyError(name)
    title, _, body = (TEXT / language / f"{name}.md").read_text(encoding="utf-8").partition("\n")
    # our own text, and raw HTML is off
    html = MarkdownIt("commonmark", {"html": False}).enable("table").render(body)
    return Chapter(name=name, title=title.removeprefix("# "), html=SafeString(html))


def list_chapters(language: str) -> list[Chapter]:
    return [get_chapter(name, language) for name in CHAPTERS]
