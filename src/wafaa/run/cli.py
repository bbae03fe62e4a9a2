"""The command line. Each command loads what it needs when it runs, so that `wafaa version` answers at once.

Exit codes: 0 done, 1 failed, 2 wrong usage, 3 busy (another Wafaa, or the port is taken), 4 unusable input.
"""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from datetime import date

    from wafaa.run.display import Display

FAILED, INPUT_PROBLEM, STOPPED = 1, 4, 130

app = typer.Typer(
    help="Measure how satisfied and how loyal customers are, act on it, and prove that it helped.",
    epilog="Exit codes: 0 done, 1 failed, 2 wrong usage, 3 busy, 4 input problem. Data: WAFAA_HOME.",
    no_args_is_help=True,
    rich_markup_mode="markdown",
    pretty_exceptions_enable=False,
)
imports = typer.Typer(help="Bring data in.", no_args_is_help=True)
demo = typer.Typer(help="The demo shop.", no_args_is_help=True)
user = typer.Typer(help="Who may sign in.", no_args_is_help=True)
facts = typer.Typer(help="The facts that figures are counted from.", no_args_is_help=True)
app.add_typer(imports, name="import")
app.add_typer(demo, name="demo")
app.add_typer(user, name="user")
app.add_typer(facts, name="facts")

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


@app.command(epilog="Example: wafaa serve --port 8080")
def serve(
    host: Annotated[
        str, typer.Option(help="Address to listen on; 0.0.0.0 for the whole network.")
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to listen on.", min=1, max=65535)] = 8000,
    no_demo: Annotated[bool, typer.Option("--no-demo", help="Leave an empty installation empty.")] = False,
    lang: Lang = None,
) -> None:
    """Start everything: database, worker and web server. Ctrl-C stops it."""
    with _words(lang) as display:
        from wafaa.run.supervisor import serve as run

        run(host=host, port=port, demo=not no_demo, console=display.console)


@imports.command(
    "orders",
    epilog="Example: wafaa import orders sales.csv.gz --date-order day_first --column order_id=Invoice",
)
def import_orders(  # noqa: PLR0917  (Typer passes them by name)
    file: File,
    column: Columns = None,
    date_order: DateOrder = None,
    currency: Currency = None,
    time_zone: Annotated[str | None, typer.Option(help="Of times without one, such as Asia/Riyadh.")] = None,
    replace_demo: Annotated[
        bool | None, typer.Option("--replace-demo/--keep-demo", help="What becomes of the demo shop.")
    ] = None,
    option: Answers = None,
    lang: Lang = None,
) -> None:
    """Read a file of orders; the figures follow. The same file twice changes nothing."""
    mapping, answers = _read_pairs(column, "--column"), _read_pairs(option, "--option")
    given = {"date_order": date_order, "currency": currency, "time_zone": time_zone}
    answers |= {name: value for name, value in given.items() if value}
    if replace_demo is not None:
        answers["replaces_demo"] = "yes" if replace_demo else "no"
    with _words(lang) as display, _database(display):
        from wafaa.run.commands import import_orders as run

        run(file, mapping, answers, display)


@app.command(epilog="Example: wafaa report sales.csv -o report.html --lang ar --from 2025-01-01")
def report(  # noqa: PLR0917  (Typer passes them by name)
    file: File,
    output: Annotated[Path, typer.Option("--output", "-o", help="The HTML file to write.")] = Path(
        "report.html"
    ),
    start: Annotated[
        str | None, typer.Option("--from", metavar="YYYY-MM-DD", help="First day counted.")
    ] = None,
    end: Annotated[str | None, typer.Option("--to", metavar="YYYY-MM-DD", help="Last day counted.")] = None,
    as_of: Annotated[
        str | None, typer.Option("--as-of", metavar="YYYY-MM-DD", help="The day that is seen as today.")
    ] = None,
    lapse_window: Annotated[
        int, typer.Option(help="After so many days without an order a customer counts as gone.", min=1)
    ] = 180,
    column: Columns = None,
    date_order: DateOrder = None,
    currency: Currency = None,
    option: Answers = None,
    lang: Lang = None,
) -> None:
    """Write one self-contained report about a file of orders. No server and no database are started."""
    with _words(lang) as display:
        from wafaa.run.commands import write_report as run

        run(
            file,
            output,
            display,
            start=_read_day(start, "--from"),
            end=_read_day(end, "--to"),
            as_of=_read_day(as_of, "--as-of"),
            lapse_window_days=lapse_window,
            mapping=_read_pairs(column, "--column"),
            date_order=date_order or "",
            currency=currency or "",
            answers=_read_pairs(option, "--option"),
        )


@demo.command("load")
def load_demo(lang: Lang = None) -> None:
    """Fill an empty installation with the demo shop."""
    with _words(lang) as display, _database(display):
        from wafaa.run.commands import load_demo as run

        run(display)


@demo.command("remove")
def remove_demo(lang: Lang = None) -> None:
    """Take the demo shop out; real data stays."""
    with _words(lang) as display, _database(display):
        from wafaa.run.commands import remove_demo as run

        run(display)


@user.command(
    "create", epilog='Example: echo "$PASSWORD" | wafaa user create --email mona@example.com --role manager'
)
def create_user(
    email: Annotated[str, typer.Option(help="What the person signs in with.")],
    role: Annotated[str, typer.Option(help="owner, manager, branch_manager, cashier, agent or analyst.")],
    name: Annotated[str, typer.Option(help="As colleagues see it.")] = "",
    lang: Lang = None,
) -> None:
    """Let a person sign in. The password is asked for, or read from standard input."""
    with _words(lang) as display:
        from wafaa.run.commands import read_role

        chosen = read_role(role)
        password = _ask_password()
        with _database(display):
            from wafaa.run.commands import create_user as run

            run(email, chosen, name, password, display)


@facts.command("sync")
def sync_facts(lang: Lang = None) -> None:
    """Bring the facts in step with the database."""
    with _words(lang) as display, _database(display):
        from wafaa.run.commands import sync_facts as run

        run(display, rebuild=False)


@facts.command("rebuild")
def rebuild_facts(lang: Lang = None) -> None:
    """Write all facts anew from the database."""
    with _words(lang) as display, _database(display):
        from wafaa.run.commands import sync_facts as run

        run(display, rebuild=True)


@app.command()
def doctor(lang: Lang = None) -> None:
    """Check this installation and say what is wrong."""
    with _words(lang) as display:
        from wafaa.run.doctor import examine

        if not examine(display):
            raise typer.Exit(FAILED)


@app.command()
def version() -> None:
    """Print the version."""
    from wafaa import __version__

    typer.echo(__version__)


@contextmanager
def _words(lang: str | None) -> Iterator["Display"]:
    """One console and one language for a command; an expected failure is one line and an exit code."""
    if lang not in {None, "ar", "en"}:
        raise typer.BadParameter("ar or en", param_hint="--lang")
    from rich.console import Console

    from wafaa.kit.errors import WafaaError
    from wafaa.run.display import Display
    from wafaa.run.words import choose_language, say

    choose_language(lang)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "wafaa.config.settings")
    display = Display(Console(stderr=True))
    try:
        yield display
    except WafaaError as error:
        display.fail(str(error))
        raise typer.Exit(get_exit_code(error)) from None
    except KeyboardInterrupt:
        display.warn(say("Stopped. What was finished is kept."))
        raise typer.Exit(STOPPED) from None
    except OSError as error:
        if error.filename is None:
            raise
        display.fail(f"{error.filename}: {error.strerror}")
        raise typer.Exit(FAILED) from None


def get_exit_code(error: Any) -> int:
    """What the caller can mend in the input is told apart from what failed."""
    if code := getattr(error, "exit_code", None):
        return int(code)
    return INPUT_PROBLEM if 400 <= error.status < 500 and error.status != 409 else FAILED


@contextmanager
def _database(display: "Display") -> Iterator[None]:
    from wafaa.run.home import use_database
    from wafaa.run.prepare import prepare
    from wafaa.run.words import get_language

    with use_database(display.say):
        prepare(display.say)
        from django.db import OperationalError
        from django.utils import translation

        from wafaa.run.errors import DatabaseUnreachable

        with translation.override(get_language()):
            try:
                yield
            except OperationalError as error:
                raise DatabaseUnreachable(reason=" ".join(str(error).split())) from error


def _read_pairs(given: list[str] | None, option: str) -> dict[str, str]:
    pairs = {}
    for text in given or []:
        name, sign, value = text.partition("=")
        if not sign:
            raise typer.BadParameter(f"NAME=VALUE, not {text}", param_hint=option)
        pairs[name.strip()] = value.strip()
    return pairs


def _read_day(text: str | None, option: str) -> "date | None":
    if text is None:
        return None
    from datetime import date

    try:
        return date.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(f"YYYY-MM-DD, not {text}", param_hint=option) from None


def _ask_password() -> str:
    from wafaa.run.words import say

    if sys.stdin.isatty():
        return str(typer.prompt(say("Password"), hide_input=True, confirmation_prompt=True))
    return sys.stdin.readline().rstrip("\r\n")


def main() -> None:
    app(prog_name="wafaa")


if __name__ == "__main__":
    main()
