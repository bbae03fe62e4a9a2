"""What the commands do; all but the report have a database by now."""

import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from wafaa.access.staff.rules import Role
from wafaa.run.display import Bars, Display
from wafaa.run.errors import ImportUnderway, UnknownAnswer, UnknownRole
from wafaa.run.functions import rebuild_facts, register_functions
from wafaa.run.functions import sync_facts as sync
from wafaa.run.loading import load_django
from wafaa.run.words import get_language
from wafaa.run.words import say as _

if TYPE_CHECKING:
    from wafaa.listen.connectors.files.rules import Counts, Kind, Options

POLL_S = 0.1


def load_demo(display: Display) -> None:
    from wafaa.run.demo.actions import load_demo as load

    register_functions()
    with display.working() as bars:
        shop = load(on_progress=bars.advance)
    display.done(
        _(
            "The demo shop stands: {customers} customers, {orders} orders. Sign in as {email} with {password}"
        ).format(
            customers=f"{shop.customers:,}",
            orders=f"{shop.orders:,}",
            email=shop.email,
            password=shop.password,
        )
    )


def remove_demo(display: Display) -> None:
    from wafaa.run.demo.actions import remove_demo as remove

    register_functions()
    with display.working() as bars:
        removed = remove(on_progress=bars.advance)
    display.done(_("The demo shop is gone.") if removed else _("There is no demo shop here."))


def read_role(text: str) -> Role:
    try:
        return Role(text)
    except ValueError:
        raise UnknownRole(role=text, roles=", ".join(Role)) from None


def create_user(email: str, role: Role, name: str, password: str, display: Display) -> None:
    from wafaa.access.staff.actions import create_staff
    from wafaa.access.staff.models import ROLE_LABELS

    staff = create_staff(email=email, role=role, password=password, name=name)
    display.done(_("{email} may sign in now, as {role}.").format(email=staff.email, role=ROLE_LABELS[role]))


def sync_facts(display: Display, *, rebuild: bool) -> None:
    register_functions()
    with display.working() as bars:
        answer = count_all(bars, rebuild_facts if rebuild else sync)
    display.done(_("The facts are in step with the database."))
    display.say(
        _("Written: {rows} rows in {parts} files, in {seconds} s.").format(
            rows=f"{answer['rows_written']:,}",
            parts=f"{answer['parts_written']:,}",
            seconds=f"{answer['seconds']:.1f}",
        )
    )


def import_file(
    file: Path, mapping: dict[str, str], answers: dict[str, str], display: Display, *, kind: "Kind"
) -> None:
    """From the file to the figures; what another import left half-published is finished first."""
    from wafaa.config.flow import CONSUMERS
    from wafaa.listen.connectors.files.actions import import_file as bring
    from wafaa.listen.connectors.files.queries import get_counts
    from wafaa.run.demo.actions import settle_replacement
    from wafaa.stream.drain import draining_meanwhile

    register_functions()
    steps = {
        "reading": _("Reading the file"),
        "staging": _("Checking the rows"),
        "publishing": _("Writing the rows"),
    }
    options = replace(read_options(answers), kind=kind)
    with display.working() as bars, draining_meanwhile(CONSUMERS):
        finish_publishing()
        imported = bring(
            file,
            options=options,
            columns=mapping,
            on_step=lambda step, done, total: bars.advance(steps[step], done, total),
            drain=drain,
        )
        count_all(bars, sync)
        settle_replacement()
    counts = get_counts(imported)
    assert counts is not None
    show_counts(counts, imported.events_published, display)


def drain() -> object:
    from wafaa.config.flow import CONSUMERS
    from wafaa.stream.drain import drain_until_quiet

    return drain_until_quiet(CONSUMERS)


def finish_publishing() -> None:
    """What a killed import left half-published; one that is still at work is waited for."""
    from wafaa.listen.connectors.files.actions import publish_import
    from wafaa.listen.connectors.files.queries import list_imports

    for left in list_imports(state="publishing"):
        publish_import(import_uuid=left.uuid, drain=drain)


def count_all(bars: Bars, write: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """Applies what was recorded, beside the worker if one runs, then brings the facts in step by `write`."""
    from wafaa.listen.connectors.files.actions import mark_counted

    while True:
        finish_publishing()
        wait_until_applied(bars)
        bars.advance(_("Bringing the facts in step"), 0, None)
        try:
            answer = write()
        except ImportUnderway:
            continue  # it began since: the figures show it whole or not at all
        mark_counted(answer["applied"])
        return answer


def wait_until_applied(bars: Bars) -> None:
    from wafaa.config.flow import CONSUMERS
    from wafaa.stream.drain import drain_once
    from wafaa.stream.queries import count_waiting

    total = count_waiting(CONSUMERS)
    while waiting := count_waiting(CONSUMERS):
        bars.advance(_("Updating customers and orders"), total - waiting, total)
        if not drain_once(CONSUMERS):
            time.sleep(POLL_S)  # the worker has the rest in hand


def read_options(answers: dict[str, str]) -> "Options":
    """The answers of the command line in the form of the files room. Raises UnknownAnswer."""
    from wafaa.listen.connectors.files.queries import get_default_options

    names = ("time_zone", "currency", "country", "source", "decimal", "refund_prefix")
    chosen: dict[str, Any] = {}
    for name, value in answers.items():
        if name == "date_order" and value in {"day_first", "month_first"}:
            chosen["day_first"] = value == "day_first"
        elif name == "replaces_demo":
            chosen[name] = value == "yes"
        elif name in names:
            chosen[name] = value.upper() if name in {"currency", "country"} else value
        else:
            raise UnknownAnswer(name=name, value=value, names=", ".join((*names, "date_order")))
    return replace(get_default_options(), **chosen)


def _say_counts(counts: "Counts") -> str:
    from wafaa.kit.money import format_money

    if counts.kind == "customers":
        return _("{customers} customers.").format(customers=f"{counts.customers:,}")
    if counts.kind == "products":
        return _("{products} products, {costs} unit costs.").format(
            products=f"{counts.products:,}", costs=f"{counts.costs:,}"
        )
    return _(
        "{orders} counted orders of {customers} customers, gross {gross} from {lines} counted lines."
    ).format(
        orders=f"{counts.counted_orders:,}",
        customers=f"{counts.counted_customers:,}",
        gross=format_money(counts.gross_minor, counts.currency, get_language()),
        lines=f"{counts.counted_lines:,}",
    )


def show_counts(counts: "Counts", published: int, display: Display) -> None:
    display.done(_say_counts(counts))
    display.say(
        _("New or changed records: {published}. Rows with problems: {problems}.").format(
            published=f"{published:,}", problems=f"{counts.problems:,}"
        )
    )


def write_report(file: Path, output: Path, display: Display, **options: Any) -> None:
    """Only Django's settings and translations are loaded: no database is asked."""
    from django.utils import translation

    from wafaa.run.prepare import compile_words

    compile_words()
    load_django()
    register_functions()
    from wafaa.show.report.actions import write_report as write
    from wafaa.show.report.rules import ReportOptions
    from wafaa.show.report.terminal import print_summary

    language = get_language()
    with translation.override(language):
        with display.working() as bars:
            chosen = ReportOptions(language=language, **options)
            result = write(file=file, output=output, options=chosen, on_progress=bars.advance)
        print_summary(result, display.console, language)
