"""What a segment is called, and who shall stand on a list."""

from collections.abc import Iterator
from io import BytesIO, StringIO
from typing import Any, Final
from zipfile import BadZipFile, ZipFile

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

# A list that one brings through a page; larger ones come by several files.
ROWS_MAX: Final = 50_000
FILE_MAX_MB: Final = 5
UNPACKED_MAX_MB: Final = 100
XLSX_MAGIC: Final = b"PK\x03\x04"
SEPARATORS: Final = (";", "\t", ",")


class SegmentForm(forms.Form):
    name = forms.CharField(
        label=gettext_lazy("Name"), max_length=100, widget=forms.TextInput(attrs={"dir": "auto"})
    )
    description = forms.CharField(
        label=gettext_lazy("What it is for"),
        max_length=500,
        required=False,
        widget=forms.TextInput(attrs={"dir": "auto"}),
    )


class RowsForm(forms.Form):
    """Numbers, e-mails or phones, typed or in a file."""

    pasted = forms.CharField(
        label=gettext_lazy("Customer numbers, e-mail addresses or phones"),
        required=False,
        max_length=2_000_000,
        widget=forms.Textarea(attrs={"rows": 6, "dir": "auto", "spellcheck": "false"}),
        help_text=gettext_lazy("One per line, or with commas between."),
    )
    file = forms.FileField(
        label=gettext_lazy("Or a file"),
        required=False,
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.tsv,.txt,.xlsx"}),
        help_text=gettext_lazy("CSV, TSV, text or Excel; the first column counts."),
    )

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file and (file.size or 0) > FILE_MAX_MB * 1024**2:
            raise forms.ValidationError(
                _("Up to %(size)s MB fit. Bring the list in several files; nobody is added twice.")
                % {"size": FILE_MAX_MB}
            )
        return file

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if self.errors:
            return cleaned
        rows = list(self._read(cleaned))
        if not rows:
            self.add_error("pasted", _("Type at least one number, or choose a file."))
        if len(rows) > ROWS_MAX:
            self.add_error(
                "file" if cleaned.get("file") else "pasted",
                _("Up to %(count)s rows fit at once. Bring the list in several parts; nobody is added twice.")
                % {"count": f"{ROWS_MAX:,}"},
            )
        cleaned["rows"] = rows
        return cleaned

    def _read(self, cleaned: dict[str, Any]) -> Iterator[str]:
        for line in cleaned["pasted"].replace("،", ",").splitlines():
            yield from (cell.strip() for cell in line.split(",") if cell.strip())
        if file := cleaned.get("file"):
            try:
                yield from read_first_column(file.read())
            except ValueError:
                self.add_error("file", _("This file cannot be read as text or as Excel."))


class ListForm(SegmentForm, RowsForm):
    """A new list with who is on it."""

    field_order = ("name", "description", "pasted", "file")


def read_first_column(content: bytes) -> Iterator[str]:
    """What stands in a file's first column, from the first row on: a heading means nobody. Raises ValueError."""
    if content.startswith(XLSX_MAGIC):
        yield from _read_workbook(content)
        return
    text = _decode(content)
    if "\x00" in text:
        raise ValueError("binary")
    for line in StringIO(text):
        cell = line
        for separator in SEPARATORS:
            cell = cell.split(separator)[0]
        if told := cell.strip().strip('"').strip():
            yield told


def _decode(content: bytes) -> str:
    """UTF-8 as nearly everything writes, UTF-16 as Excel may, else Windows' Arabic."""
    if content[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        return content.decode("utf-16")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1256")


def _read_workbook(content: bytes) -> Iterator[str]:
    """The first sheet. Numbers as they are typed: a phone has no decimals."""
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        with ZipFile(BytesIO(content)) as archive:
            if sum(one.file_size for one in archive.infolist()) > UNPACKED_MAX_MB * 1024**2:
                raise ValueError("unpacks to too much")
        sheet = CalamineWorkbook.from_filelike(BytesIO(content)).get_sheet_by_index(0)
        rows = sheet.to_python()
    except (BadZipFile, CalamineError, IndexError, OSError) as error:
        raise ValueError("workbook") from error
    for row in rows[: ROWS_MAX + 1]:
        cell = row[0] if row else ""
        told = f"{cell:.0f}" if isinstance(cell, float) and cell.is_integer() else str(cell)
        if told.strip():
            yield told.strip()
