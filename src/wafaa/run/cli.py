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

from wafaa.run.arguments import (
    Answers,
    Columns,
    Currency,
    DateOrder,
    File,
    Lang,
    OwnFields,
    ReplaceDemo,
    read_answers,
    read_day,
    read_pairs,
)
from wafaa.run.backup.cli import backup, restore
from wafaa.run.books import books
from wafaa.run.customers import customers
from wafaa.run.evaluating import evaluate
from wafaa.run.stream.cli import stream, worker

if TYPE_CHECKING:
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
key = typer.Typer(help="Keys by which programs call the API.", no_args_is_help=True)
facts = typer.Typer(help="The facts that figures are counted from.", no_args_is_help=True)
app.add_typer(imports, name="import")
app.add_typer(demo, name="demo")
app.add_typer(user, name="user")
app.add_typer(key, name="key")
app.add_typer(facts, name="facts")
app.add_typer(customers, name="customer")
app.add_typer(stream, name="stream")
app.add_typer(evaluate, name="evaluate")
app.add_typer(books, name="books")
app.command(epilog="Example: WAFAA_DATABASE_URL=postgresql://wafaa@db.example.com/wafaa wafaa worker")(worker)


@app.command(epilog="Example: wafaa serve --port 8080 --workers 2")
def serve(
    host: Annotated[
        str, typer.Option(help="Address to listen on; 0.0.0.0 for the whole network.")
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to listen on.", min=1, max=65535)] = 8000,
    no_demo: Annotated[bool, typer.Option("--no-demo", help="Leave an empty installation empty.")] = False,
    workers: Annotated[
        int, typer.Option(help="Processes that hand events on; one takes over from another.", min=1, max=16)
    ] = 1,
    lang: Lang = None,
) -> None:
    """Start everything: database, workers and web server. Ctrl-C stops it."""
    with speaking(lang) as display:
        from wafaa.run.supervisor import serve as run

        run(host=host, port=port, demo=not no_demo, workers=workers, console=display.console)


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
    replace_demo: ReplaceDemo = None,
    option: Answers = None,
    lang: Lang = None,
) -> None:
    """Read a file of orders; the figures follow. The same file twice changes nothing."""
    mapping = read_pairs(column, "--column")
    answers = read_answers(
        option, date_order=date_order, currency=currency, time_zone=time_zone, replace_demo=replace_demo
    )
    with speaking(lang) as display, database(display):
        from wafaa.run.commands import import_file as run

        run(file, mapping, answers, display, kind="orders")


@imports.command(
    "customers", epilog="Example: wafaa import customers crm.xlsx --column email=Mail --own-field Size"
)
def import_customers(  # noqa: PLR0917  (Typer passes them by name)
    file: File,
    column: Columns = None,
    own_field: OwnFields = None,
    date_order: DateOrder = None,
    replace_demo: ReplaceDemo = None,
    option: Answers = None,
    lang: Lang = None,
) -> None:
    """Read a list of customers: number, name, e-mail, phone, city, birthday, tags, own fields."""
    mapping = read_pairs(column, "--column") | {f"attribute:{name}": name for name in own_field or []}
    answers = read_answers(option, date_order=date_order, replace_demo=replace_demo)
    with speaking(lang) as display, database(display):
        from wafaa.run.commands import import_file as run

        run(file, mapping, answers, display, kind="customers")


@imports.command("products", epilog="Example: wafaa import products costs.csv --currency SAR")
def import_products(  # noqa: PLR0917  (Typer passes them by name)
    file: File,
    column: Columns = None,
    date_order: DateOrder = None,
    currency: Currency = None,
    replace_demo: ReplaceDemo = None,
    option: Answers = None,
    lang: Lang = None,
) -> None:
    """Read a list of products: number, name, category, unit cost and the day it holds from, price, barcode."""
    mapping = read_pairs(column, "--column")
    answers = read_answers(option, date_order=date_order, currency=currency, replace_demo=replace_demo)
    with speaking(lang) as display, database(display):
        from wafaa.run.commands import import_file as run

        run(file, mapping, answers, display, kind="products")


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
    with speaking(lang) as display:
        from wafaa.run.commands import write_report as run

        run(
            file,
            output,
            display,
            start=read_day(start, "--from"),
            end=read_day(end, "--to"),
            as_of=read_day(as_of, "--as-of"),
            lapse_window_days=lapse_window,
            mapping=read_pairs(column, "--column"),
            date_order=date_order or "",
            currency=currency or "",
            answers=read_pairs(option, "--option"),
        )


@demo.command("load")
def load_demo(lang: Lang = None) -> None:
    """Fill an empty installation with the demo shop."""
    with speaking(lang) as display, database(display):
        from wafaa.run.commands import load_demo as run

        run(display)


@demo.command("remove")
def remove_demo(lang: Lang = None) -> None:
    """Take the demo shop out; real data stays."""
    with speaking(lang) as display, database(display):
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
    with speaking(lang) as display:
        from wafaa.run.commands import read_role

        chosen = read_role(role)
        password = _ask_password()
        with database(display):
            from wafaa.run.commands import create_user as run

            run(email, chosen, name, password, display)


@user.command("password", epilog='Example: echo "$PASSWORD" | wafaa user password --email mona@example.com')
def set_user_password(
    email: Annotated[str, typer.Option(help="What the person signs in with.")],
    remove_second_factor: Annotated[
        bool, typer.Option("--remove-second-factor", help="For a lost phone without recovery codes.")
    ] = False,
    lang: Lang = None,
) -> None:
    """Give a person a new password, asked for or read from standard input. All their sessions end."""
    with speaking(lang) as display:
        password = _ask_password()
        with database(display):
            from wafaa.run.passwords import set_password as run

            run(email, password, display, removes_second_factor=remove_second_factor)


@key.command("create", epilog='Example: wafaa key create --name "Accounting" --scope read > accounting.key')
def create_key(
    name: Annotated[str, typer.Option(help="Whose it is, such as Accounting.")],
    scope: Annotated[str, typer.Option(help="ingest, read or write; write reads too.")],
    until: Annotated[
        str | None, typer.Option(metavar="YYYY-MM-DD", help="The last day on which it works.")
    ] = None,
    lang: Lang = None,
) -> None:
    """Print a new key, once: only its fingerprint is kept."""
    day = read_day(until, "--until")
    with speaking(lang) as display:
        from wafaa.run.keys import read_scope

        chosen = read_scope(scope)
        with database(display):
            from wafaa.run.keys import create_key as run

            run(name, chosen, day, display)


@key.command("list")
def list_keys(lang: Lang = None) -> None:
    """All keys, those that work first; never their secrets."""
    with speaking(lang) as display, database(display):
        from wafaa.run.keys import list_keys as run

        run()


@key.command("revoke", epilog="Example: wafaa key revoke wf_read_0123456789ab")
def revoke_key(
    key_id: Annotated[str, typer.Argument(metavar="ID", help="As key list shows it.")], lang: Lang = None
) -> None:
    """Close a key for good, at once."""
    with speaking(lang) as display, database(display):
        from wafaa.run.keys import revoke_key as run

        run(key_id, display)


@facts.command("sync")
def sync_facts(lang: Lang = None) -> None:
    """Bring the facts in step with the database."""
    with speaking(lang) as display, database(display):
        from wafaa.run.commands import sync_facts as run

        run(display, rebuild=False)


@facts.command("rebuild")
def rebuild_facts(lang: Lang = None) -> None:
    """Write all facts anew from the database."""
    with speaking(lang) as display, database(display):
        from wafaa.run.commands import sync_facts as run

        run(display, rebuild=True)


app.command(epilog="Example: wafaa backup /backups/shop-monday.backup")(backup)
app.command(epilog="Example: wafaa restore /backups/shop-monday.backup --replace")(restore)


@app.command(epilog="Example: wafaa doctor --security")
def doctor(
    security: Annotated[
        bool, typer.Option("--security", help="How well the configuration guards the data.")
    ] = False,
    lang: Lang = None,
) -> None:
    """Check this installation and say what is wrong."""
    with speaking(lang) as display:
        from wafaa.run.doctor import examine
        from wafaa.run.security import examine_security

        if not (examine_security if security else examine)(display):
            raise typer.Exit(FAILED)


@app.command()
def version() -> None:
    """Print the version."""
    from wafaa import __version__

    typer.echo(__version__)


@contextmanager
def speaking(lang: str | None) -> Iterator["Display"]:
    """One console and one language for a command; an expected failure is one line and an exit code."""
    if lang not in {None, "ar", "en"}:
        raise typer.BadParameter("ar or en", param_hint="--lang")
    from rich.console import Console

    from wafaa.kit.errors import WafaaError
    from wafaa.run.display import Display
    from wafaa.run.words import choose_language, say, say_error

    choose_language(lang)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "wafaa.config.settings")
    display = Display(Console(stderr=True))
    try:
        yield display
    except WafaaError as error:
        display.fail(say_error(error))
        raise typer.Exit(get_exit_code(error)) from None
    except KeyboardInterrupt:
        display.warn(say("Stopped. What was finished is kept."))
        raise typer.Exit(STOPPED) from None
    except Exception as error:
        if (sentence := explain_failure(error)) is None:
            raise
        display.fail(sentence)
        raise typer.Exit(FAILED) from None


def explain_failure(error: Exception) -> str | None:
    """What the machine refused; None for what nobody foresaw, whose traceback is wanted."""
    from django.utils import translation

    from wafaa.kit.trouble import explain
    from wafaa.run.words import get_language

    if trouble := explain(error):
        with translation.override(get_language()):
            return str(trouble)
    if isinstance(error, OSError) and error.filename is not None:
        return f"{error.filename}: {error.strerror}"
    return None


def get_exit_code(error: Any) -> int:
    """What the caller can mend in the input is told apart from what failed."""
    if code := getattr(error, "exit_code", None):
        return int(code)
    return INPUT_PROBLEM if 400 <= error.status < 500 and error.status != 409 else FAILED


@contextmanager
def database(display: "Display") -> Iterator[None]:
    from wafaa.run.home import use_database
    from wafaa.run.prepare import prepare
    from wafaa.run.words import get_language

    with use_database(display.say):
        prepare(display.say)
        from django.db import OperationalError
        from django.utils import translation

        from wafaa.kit.trouble import DatabaseGone, explain
        from wafaa.run.errors import DatabaseUnreachable

        with translation.override(get_language()):
            try:
                yield
            except OperationalError as error:
                trouble = explain(error)
                if trouble and not isinstance(trouble, DatabaseGone):
                    raise trouble from error
                raise DatabaseUnreachable(reason=" ".join(str(error).split())) from error


def _ask_password() -> str:
    from wafaa.run.words import say

    if sys.stdin.isatty():
        return str(typer.prompt(say("Password"), hide_input=True, confirmation_prompt=True))
    return sys.stdin.readline().rstrip("\r\n")


def main() -> None:
    app(prog_name="wafaa")


if __name__ == "__main__":
    main()
