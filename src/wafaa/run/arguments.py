"""The arguments that commands share, and how they are read."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from datetime import date, datetime

Lang = Annotated[
    str | None,
    typer.Option("--lang", help="ar or en; the terminal's language if not given.", metavar="ar|en"),
]
File = Annotated[
    Path,
    typer.Argument(help="CSV, TSV, XLSX or Parquet, also gzipped.", metavar="FILE"),
]
Columns = Annotated[
    list[str] | None,
    typer.Option("--column", "-c", metavar="FIELD=HEADER", help="Which column a field is; may be repeated."),
]
DateOrder = Annotated[
    str | None,
    typer.Option(
        metavar="day_first|month_first", help="How to read 03/04/2025; asked only where it is open."
    ),
]
Currency = Annotated[str | None, typer.Option(help="Of amounts without a currency column, such as SAR.")]
Answers = Annotated[
    list[str] | None,
    typer.Option("--option", metavar="NAME=VALUE", help="Another answer about the file; may be repeated."),
]
ReplaceDemo = Annotated[
    bool | None, typer.Option("--replace-demo/--keep-demo", help="What becomes of the demo shop.")
]
OwnFields = Annotated[
    list[str] | None,
    typer.Option("--own-field", metavar="HEADER", help="A column kept as an own field; may be repeated."),
]


def read_pairs(given: list[str] | None, option: str) -> dict[str, str]:
    pairs = {}
    for text in given or []:
        name, sign, value = text.partition("=")
        if not sign:
            raise typer.BadParameter(f"NAME=VALUE, not {text}", param_hint=option)
        pairs[name.strip()] = value.strip()
    return pairs


def read_day(text: str | None, option: str) -> "date | None":
    if text is None:
        return None
    from datetime import date

    try:
        return date.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(f"YYYY-MM-DD, not {text}", param_hint=option) from None


def read_moment(text: str | None, option: str) -> "datetime | None":
    """Without an offset it is the business's time, which only its settings know."""
    if text is None:
        return None
    from datetime import datetime

    try:
        return datetime.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(f"YYYY-MM-DD HH:MM, not {text}", param_hint=option) from None


def read_answers(option: list[str] | None, **given: str | bool | None) -> dict[str, str]:
    """The answers about a file: those of --option, and those that have an option of their own."""
    answers = read_pairs(option, "--option")
    replaces_demo = given.pop("replace_demo", None)
    answers |= {name: str(value) for name, value in given.items() if value}
    if replaces_demo is not None:
        answers["replaces_demo"] = "yes" if replaces_demo else "no"
    return answers
