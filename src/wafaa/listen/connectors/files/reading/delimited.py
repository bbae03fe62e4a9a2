"""Delimited text: which sign divides it, and its rows; blocks go through Arrow's parser, odd ones through Python's."""

import csv
import io
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice

import numpy as np
import pyarrow as pa
import pyarrow.csv as arrow_csv

from wafaa.listen.connectors.files.errors import FileBinary, FileEmpty, QuoteNotClosed, TooManyColumns
from wafaa.listen.connectors.files.reading.encoding import LINE_BYTES_MAX, Readable, Utf8Blocks
from wafaa.listen.connectors.files.reading.header import find_heading, is_header, name_columns
from wafaa.listen.connectors.files.reading.raw import COLUMNS_MAX, RawWriter
from wafaa.listen.connectors.files.rules import Shape

# Tried in this order; the first wins a tie. White space comes last and only where no other sign divides.
DELIMITERS = ("\t", ";", "|", ",")
SAMPLE_ROWS = 200
BATCH_ROWS = 20_000
# No note in a cell has this many lines: a quotation mark was left open.
QUOTED_LINES_MAX = 1_000
# A private character as the last line: it stands alone unless a quotation mark is still open.
END = "\U0010fffd"
_WHITE = re.compile(rb"[ \t]+")
_EDGES = re.compile(rb"(?m)^\t|\t(?=\r?$)")
_ARABIC_DIGIT_STARTS = (b"\xd9", b"\xdb")
_ARABIC_DIGITS = re.compile(rb"\xd9[\xa0-\xac]|\xdb[\xb0-\xb9]")

csv.field_size_limit(LINE_BYTES_MAX)


@dataclass(frozen=True, kw_only=True)
class Dialect:
    delimiter: str  # " " for runs of white space
    columns: int
    skipped: int  # lines above the heading or the first row
    header: list[str] | None


def read_delimited(stream: Readable, writer: RawWriter) -> Shape:
    """All rows of the file into `writer`; rows of another width become problems."""
    blocks = Utf8Blocks(stream)
    pieces = iter(blocks)
    first = next(pieces, b"")
    if not first.strip():
        raise FileEmpty
    _check_lines(first)
    dialect = detect_dialect(first, writer)
    writer.start(dialect.columns)
    rows = _Rows(dialect, writer, blocks)
    rows.read(chain([first], pieces))
    return Shape(
        encoding=blocks.encoding,
        delimiter=dialect.delimiter,
        headers=name_columns(dialect.header, dialect.columns),
        has_header=dialect.header is not None,
    )


def _check_lines(first: bytes) -> None:
    text = first[:65536]
    strange = sum(text.count(code) for code in (*range(1, 9), *range(14, 26)))
    if strange > len(text) // 20:
        raise FileBinary


def detect_dialect(first: bytes, writer: RawWriter) -> Dialect:
    text = first.decode("utf-8")
    explicit = re.match(r"sep=(.)\r?\n", text)  # Excel's own hint
    sample = list(islice(io.StringIO(text, newline=""), SAMPLE_ROWS))
    if explicit:
        sample[0] = "\n"
    delimiter = explicit[1] if explicit else _detect_delimiter(sample)
    rows = list(_sample_rows(sample, delimiter))
    if not rows:
        raise FileEmpty
    widths = Counter(len(cells) for _, cells in rows)
    if max(widths) > COLUMNS_MAX:
        raise TooManyColumns(columns=max(widths), limit=COLUMNS_MAX)
    usual = widths.most_common(1)[0][0]
    start = next(place for place, (_, cells) in enumerate(rows) if len(cells) >= min(usual, 2))
    if len(rows[start][1]) < usual and widths[len(rows[start][1])] < len(rows) / 2:
        start = next(place for place, (_, cells) in enumerate(rows) if len(cells) >= usual)
    start = max(start, find_heading([cells for _, cells in rows]))
    for line, cells in rows[:start]:
        writer.note_problem(line, "above_heading", _join(cells))
    first_row = rows[start][1]
    header = first_row if is_header(first_row, [cells for _, cells in rows[start + 1 :]]) else None
    columns = len(first_row) if header else usual
    while header and columns > usual and not header[columns - 1].strip():
        columns -= 1
    above = rows[start - 1][0] if start else int(bool(explicit))
    skipped = rows[start][0] if header else above
    return Dialect(delimiter=delimiter, columns=columns, skipped=skipped, header=header)


def _detect_delimiter(sample: list[str]) -> str:
    best, best_score = ",", 0.0
    for delimiter in DELIMITERS:
        widths = [len(cells) for _, cells in _sample_rows(sample, delimiter)]
        usual, often = Counter(widths).most_common(1)[0] if widths else (1, 0)
        if usual < 2:
            continue
        # the share of equal rows counts first; among equals more columns are better, but only a little
        score = often / len(widths) + 0.001 * min(usual, 50) + (0.2 if widths[0] == usual else 0.0)
        if score > best_score:
            best, best_score = delimiter, score
    if best_score >= 0.5:
        return best
    widths = [len(line.split()) for line in sample if line.strip()]
    usual, often = Counter(widths).most_common(1)[0]
    return " " if usual > 1 and often / len(widths) > max(0.9, best_score) else best


def _sample_rows(sample: list[str], delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """(last line, cells) of each row of the sample that is not empty."""
    if delimiter == " ":
        yield from ((line, text.split()) for line, text in enumerate(sample, start=1) if text.strip())
        return
    reader = csv.reader(sample, delimiter=delimiter)
    for cells in reader:
        if cells and (len(cells) > 1 or cells[0].strip()):
            yield reader.line_num, cells


def _join(cells: Sequence[str]) -> str:
    return " ".join(cell for cell in cells if cell)


class _Rows:
    """Reads the blocks in order and knows the physical line it is at."""

    def __init__(self, dialect: Dialect, writer: RawWriter, blocks: Utf8Blocks) -> None:
        self.dialect = dialect
        self.writer = writer
        self.blocks = blocks
        self.line = 1  # of the next unread line
        self.names = [f"c{place}" for place in range(dialect.columns)]

    def read(self, pieces: Iterator[bytes]) -> None:
        to_skip = self.dialect.skipped
        for piece in pieces:
            block = piece
            while to_skip and block:
                block = block[(block.find(self.blocks.newline) + 1 or len(block)) :]
                to_skip -= 1
                self.line += 1
            if self.dialect.delimiter == " ":
                block = _EDGES.sub(b"", _WHITE.sub(b"\t", block))
            self._watch_digits(block)
            if block and not self._read_fast(block):
                self._read_slowly(chain([block], pieces))
                return

    def _watch_digits(self, block: bytes) -> None:
        if not self.writer.has_arabic_digits and any(start in block for start in _ARABIC_DIGIT_STARTS):
            self.writer.has_arabic_digits = bool(_ARABIC_DIGITS.search(block))

    @property
    def _sign(self) -> str:
        return "\t" if self.dialect.delimiter == " " else self.dialect.delimiter

    def _read_fast(self, block: bytes) -> bool:
        """False, and nothing written, where lines and rows of the block are not one to one."""
        if (
            block.count(b'"') % 2
            or self.blocks.newline != b"\n"
            or self.blocks.has_broken_bytes
            or self.dialect.columns < 2
        ):
            return False
        lines = block.count(b"\n") + (not block.endswith(b"\n"))
        try:
            table = arrow_csv.read_csv(
                io.BytesIO(block),
                read_options=arrow_csv.ReadOptions(column_names=self.names, block_size=len(block) + 1),
                parse_options=arrow_csv.ParseOptions(
                    delimiter=self._sign, newlines_in_values=True, ignore_empty_lines=False
                ),
                convert_options=arrow_csv.ConvertOptions(
                    column_types=dict.fromkeys(self.names, pa.string()),
                    strings_can_be_null=False,
                    check_utf8=False,
                ),
            )
        except pa.ArrowInvalid:
            return False
        if table.num_rows != lines:
            return False
        numbers = pa.array(np.arange(self.line, self.line + lines))
        self.writer.write(numbers, table.columns)
        self.line += lines
        return True

    def _read_slowly(self, pieces: Iterable[bytes]) -> None:
        """Python's parser, which knows the physical line of each row, for the rest of the file."""
        reader = csv.reader(self._lines(pieces), delimiter=self._sign)
        first_line, width = self.line, self.dialect.columns
        numbers: list[int] = []
        rows: list[list[str]] = []
        before = 0
        while True:
            try:
                cells = next(reader)
            except StopIteration:
                break
            except csv.Error as error:
                raise QuoteNotClosed(line=first_line + before) from error
            line, before = first_line + before, reader.line_num
            if reader.line_num + first_line - line > QUOTED_LINES_MAX or (cells and END in cells[-1]):
                if cells == [END]:
                    break
                raise QuoteNotClosed(line=line)
            if self._is_good(line, cells, width):
                numbers.append(line)
                rows.append(cells)
            if len(rows) == BATCH_ROWS:
                self.writer.write_rows(numbers, rows)
                numbers, rows = [], []
        self.writer.write_rows(numbers, rows)

    def _is_good(self, line: int, cells: list[str], width: int) -> bool:
        """Whether the row can go on; extra empty cells at its end are dropped."""
        if not cells or (len(cells) == 1 and not cells[0].strip()):
            return False  # an empty line says nothing
        while len(cells) > width and not cells[-1].strip():
            cells.pop()
        if len(cells) != width:
            if not any(cell.strip() for cell in cells):
                return False
            code = "too_many_cells" if len(cells) > width else "too_few_cells"
            self.writer.note_problem(line, code, _join(cells))
            return False
        if self.blocks.has_broken_bytes and any("\ufffd" in cell for cell in cells):
            self.writer.note_problem(line, "unreadable_letters", _join(cells))
            return False
        return True

    def _lines(self, pieces: Iterable[bytes]) -> Iterator[str]:
        for piece in pieces:
            block = piece
            if self.dialect.delimiter == " " and b"\t" not in block:
                block = _EDGES.sub(b"", _WHITE.sub(b"\t", block))
            self._watch_digits(block)
            yield from io.StringIO(block.decode("utf-8"), newline="")
        yield END
