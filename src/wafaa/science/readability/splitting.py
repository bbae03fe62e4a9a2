"""Where sentences and words begin and end, in Arabic and English."""

import re
from collections.abc import Iterator
from typing import Final, Literal

Language = Literal["ar", "en"]

# Vowel marks, the small alef, Quranic signs, and the stretching stroke: what may be written or left out without changing a word.
MARKS: Final = re.compile("[\u0610-\u061a\u0640\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e8\u06ea-\u06ed]")
_BIDI: Final = re.compile("[\u061c\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
_LETTER: Final = re.compile(r"[^\W\d_]")
_ARABIC: Final = re.compile("[\u0621-\u064a\u0671-\u06d3]")
_LATIN: Final = re.compile("[A-Za-z\u00c0-\u024f]")
# Letters and digits; inside a word an apostrophe, a hyphen or (in figures) a point may stand. Marks belong to their letter.
_WORD: Final = re.compile(
    "[\\w\u064b-\u065f\u0670\u0640]+(?:['\u2019.,\u066b\u066c-](?=\\w)[\\w\u064b-\u065f\u0670\u0640]+)*"
)
# What ends a sentence: full stop, question and exclamation marks of both scripts, the Arabic semicolon, an ellipsis.
_END: Final = re.compile("[.!?\u061f\u061b\u2026]+[\"'\u201d\u2019»)\\]]*(?=\\s|$)")
_SHORT: Final = re.compile(
    r"(?:\b(?:mr|mrs|ms|dr|prof|st|vs|etc|e\.g|i\.e|no|inc|ltd|co|approx|max|min)|\b[A-Z]|(?<!\S)[أ-ي])\.$",
    re.IGNORECASE,
)
_BULLET: Final = re.compile("^\\s*(?:[-*•·–—]|[\\d\u0660-\u0669]{1,3}\\s*[.)-]|[a-zأ-ي][.)])\\s+")
# A line at least so long that ends without a full stop was broken by a mail program, not by the writer.
WRAPPED_FROM: Final = 60


def strip_marks(text: str) -> str:
    """The text without vowel marks and stretching."""
    return MARKS.sub("", text)


def find_language(text: str) -> Language:
    """The script that more letters are of; Arabic where it is even."""
    return "ar" if len(_ARABIC.findall(text)) >= len(_LATIN.findall(text)) else "en"


def list_words(text: str) -> list[str]:
    """Words and figures, without marks and direction signs."""
    bare = [strip_marks(found.group()) for found in _WORD.finditer(_BIDI.sub("", text))]
    return [word for word in bare if any(char.isalnum() for char in word)]


def count_letters(word: str) -> int:
    """Letters and digits."""
    return sum(char.isalnum() for char in word)


def split_sentences(text: str) -> list[tuple[int, int]]:
    """Start and end of every sentence that has a word: ends are punctuation, blank lines and the lines of a list."""
    spans: list[tuple[int, int]] = []
    for start, end in _list_blocks(text):
        bullet = _BULLET.match(text[start:end])
        begin = start + (bullet.end() if bullet else 0)
        for found in _END.finditer(text, begin, end):
            if found.group().startswith(".") and _SHORT.search(
                text[max(begin, found.start() - 12) : found.start() + 1]
            ):
                continue
            spans.append((begin, found.end()))
            begin = found.end()
        spans.append((begin, end))
    trimmed = [_trim(text, start, end) for start, end in spans]
    return [(start, end) for start, end in trimmed if _LETTER.search(text[start:end])]


def _list_blocks(text: str) -> Iterator[tuple[int, int]]:
    """Runs of lines that belong together: a long line without an end goes on in the next."""
    begin = place = 0
    lines = text.splitlines(keepends=True)
    for number, line in enumerate(lines):
        place += len(line)
        bare = line.rstrip()
        follows = lines[number + 1] if number + 1 < len(lines) else ""
        is_wrapped = len(bare) >= WRAPPED_FROM and bool(follows.strip()) and not _BULLET.match(follows)
        if not is_wrapped:
            yield begin, place
            begin = place
    if begin < place:
        yield begin, place


def _trim(text: str, start: int, end: int) -> tuple[int, int]:
    part = text[start:end]
    return start + len(part) - len(part.lstrip()), start + len(part.rstrip())
