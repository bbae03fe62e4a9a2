"""The text part of a mail, from its MJML: what one reads where no pictures and no colours are shown."""

import re
from html.parser import HTMLParser

_BLOCKS = frozenset({
    "mj-text", "mj-section", "mj-column", "mj-table", "mj-image", "mj-button", "p", "div", "h1", "h2", "h3", "h4", "ul", "ol",
    "table", "tr", "blockquote",
})  # fmt: skip
_PARAGRAPHS = frozenset({"mj-text", "mj-button", "mj-image", "p", "h1", "h2", "h3", "h4"})
_GAPS = re.compile(r"[ \t]+")
_LINES = re.compile(r"\n[ \t]*\n(?:[ \t]*\n)+")


class _Reader(HTMLParser):
    """Collects words; an address follows what leads to it."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.written: list[str] = []
        self.addresses: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attrs}
        if tag in _BLOCKS:
            self._break(2 if tag in _PARAGRAPHS else 1)
        if tag == "br":
            self.written.append("\n")
        elif tag == "li":
            self._break(1)
            self.written.append("• ")
        elif tag == "mj-divider":
            self._break(2)
            self.written.append("――――")
            self._break(2)
        elif tag == "mj-image":
            self.written.append(told.get("alt", ""))
        elif tag in {"td", "th"} and self.written and not self.written[-1].endswith("\n"):
            self.written.append("  ")
        if tag in {"a", "mj-button"}:
            self.addresses.append(told.get("href", ""))

    def handle_endtag(self, tag: str) -> None:
        if tag in {"a", "mj-button"} and self.addresses:
            address = self.addresses.pop()
            if address and address not in "".join(self.written[-2:]):
                # on a line of its own, or between the signs that RFC 3986 (appendix C) has for it
                self.written.append(f":\n{address}\n" if tag == "mj-button" else f" <{address}>")
        if tag in _BLOCKS:
            self._break(2 if tag in _PARAGRAPHS else 1)

    def handle_data(self, data: str) -> None:
        text = _GAPS.sub(" ", data.replace("\n", " "))
        if text.strip() or (self.written and not self.written[-1].endswith((" ", "\n"))):
            self.written.append(text)

    def _break(self, count: int) -> None:
        if self.written:
            self.written.append("\n" * count)


def write_text(mjml: str) -> str:
    """Of MJML whose Liquid was taken out; the words for it stay where they stand."""
    reader = _Reader()
    reader.feed(mjml)
    reader.close()
    text = "\n".join(line.strip() for line in "".join(reader.written).split("\n"))
    return _LINES.sub("\n\n", text).strip()
