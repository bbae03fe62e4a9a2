"""What can be wrong with a file as a whole, in words that say what to do."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext

from wafaa.kit.errors import WafaaError
from wafaa.listen.connectors.files.words import say_field, say_reason


class FileError(WafaaError):
    """A file that cannot be imported; nothing of it was kept."""

    code = "file_error"
    status = 422


class FileMissing(FileError):
    code = "file_missing"
    status = 404
    message = _("There is no file {name}.")


class FileEmpty(FileError):
    code = "file_empty"
    message = _("The file is empty. Export it again and check that there are rows in it.")


class NoRows(FileError):
    code = "no_rows"
    message = _(
        "The file has a heading but no rows below it. Export it again and check that there are rows in it."
    )


class FileTooLarge(FileError):
    code = "file_too_large"
    status = 413
    message = _(
        "The file is larger than {limit_mb} MB. Split it, for instance by year, and import the parts."
    )


class UnpacksTooLarge(FileError):
    code = "unpacks_too_large"
    status = 413
    message = _("Unpacked, the file would be larger than {limit_mb} MB. Split it, and import the parts.")


class FileTruncated(FileError):
    code = "file_truncated"
    message = _(
        "The compressed file ends in the middle; it was probably not copied completely. Copy or export it again."
    )


class FileDamaged(FileError):
    code = "file_damaged"
    message = _("The file is damaged and cannot be unpacked. Copy or export it again.")


class FileBinary(FileError):
    code = "file_binary"
    message = _("This is not a table: the file holds binary data. Save it as CSV, XLSX or Parquet.")


class FileKindUnknown(FileError):
    code = "file_kind_unknown"
    message = _("A {kind} file cannot be imported. Save it as CSV, XLSX or Parquet.")


class FileIsArchive(FileError):
    code = "file_is_archive"
    message = _("This is a packed {kind} file. Unpack it, and import the files in it one by one.")


class FileLocked(FileError):
    code = "file_locked"
    message = _("The workbook is locked by a password. Save it without a password, and import it again.")


class SheetDamaged(FileError):
    code = "sheet_damaged"
    message = _(
        "The workbook cannot be opened: it is damaged. Open it in your spreadsheet program and save it again as XLSX."
    )


class ParquetDamaged(FileError):
    code = "parquet_damaged"
    message = _("The Parquet file cannot be read; it is damaged or incomplete. Write it again.")


class ColumnNested(FileError):
    code = "column_nested"
    message = _("The column {column} holds lists or records. Only plain columns can be imported.")


class TooManyColumns(FileError):
    code = "too_many_columns"
    message = _("The file has {columns} columns; up to {limit} can be imported. Keep those that you need.")


class LineTooLong(FileError):
    code = "line_too_long"
    message = _(
        "Line {line} is longer than {limit_mb} MB. The file seems to have no line breaks, or a quotation mark is not closed."
    )


class QuoteNotClosed(FileError):
    code = "quote_not_closed"
    message = _(
        "A quotation mark that opens on line {line} is not closed. Correct that line and import the file again."
    )


class UnreadableText(FileError):
    code = "unreadable_text"
    message = _("The letters of the file cannot be read. Save it as CSV in UTF-8.")


class ColumnUnknown(FileError):
    code = "column_unknown"
    message = _("The file has no column {column}. It has: {columns}.")


class FieldUnknown(FileError):
    code = "field_unknown"
    message = _("There is no field {field}. The fields are: {fields}.")


class ColumnMissing(FileError):
    """`fields` are keys, so that each reader gets their names in the own language."""

    code = "column_missing"
    message = _("No column was found for: {fields}. Say which column holds it.")

    def __str__(self) -> str:
        names = [say_field(field) for field in self.facts["fields"].split(", ")]
        return str(self.message).format(fields=_join(names))


class DatesAmbiguous(FileError):
    code = "dates_ambiguous"
    message = _(
        "A date such as {example} can be read in two ways. Say whether the day or the month comes first."
    )


class DatesUnreadable(FileError):
    code = "dates_unreadable"
    message = _(
        "The column {column} holds no dates that can be read, for instance {example}. Choose another column."
    )


class AmountsTooLarge(FileError):
    code = "amounts_too_large"
    message = _(
        "The amounts of the file add up to more than can be counted. "
        "Check how decimals are written, and which column is the price."
    )


class CurrencyUnknown(FileError):
    code = "currency_unknown"
    message = _("{currency} is not a currency code. Give three letters, for instance SAR.")


class TimeZoneUnknown(FileError):
    code = "time_zone_unknown"
    message = _("{time_zone} is not a time zone. Give a name such as Asia/Riyadh.")


class NothingLeft(FileError):
    """`reason` is a key of words.REASONS, so that each reader gets it in the own language."""

    code = "nothing_left"
    message = _("No row of the file could be read. The first problem: line {line}, {reason}")

    def __str__(self) -> str:
        return str(self.message).format(line=self.facts["line"], reason=say_reason(self.facts["reason"]))


def _join(names: list[str]) -> str:
    # Translators: what stands between the members of a list.
    return str(pgettext("list", ", ")).join(names)


class ImportNotFound(WafaaError):
    code = "import_not_found"
    status = 404
    message = _("There is no such import.")


class ImportIsPast(WafaaError):
    """The step that was asked for does not fit the import's state any more."""

    code = "import_is_past"
    status = 409
    message = _("This import has gone on meanwhile. Look at its page for where it stands.")


class ImportFailed(WafaaError):
    code = "import_failed"
    status = 500
    message = _(
        "The import stopped because of an error of the program; nothing was changed. "
        "Try again; if it stops again, tell whoever runs Wafaa."
    )


class DemoAnswerMissing(WafaaError):
    code = "demo_answer_missing"
    message = _("The console still shows the demo shop. Say whether this file replaces it.")
