"""`wafaa doctor`: looks at everything that an installation needs and says what is wrong and what to do."""

import platform
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Any

from rich.table import Table

from wafaa.config.environment import env_text
from wafaa.kit.errors import WafaaError
from wafaa.run.display import Display
from wafaa.run.errors import DatabaseMissing
from wafaa.run.home import Home, use_database
from wafaa.run.loading import load_django
from wafaa.run.words import say as _

# Recovery and a large import need room for their write-ahead log (max_wal_size) and for staged files.
FREE_BYTES_MIN = 4 * 1024**3
# Sessions, quiet hours and the facts' days depend on the time; PostgreSQL may run on another machine.
CLOCK_DIFFERENCE_S_MAX = 5.0


class State(Enum):
    GOOD = "green"
    NOTE = "yellow"  # works, but look at it
    BAD = "red"


@dataclass(frozen=True)
class Finding:
    """One line of the table."""

    subject: str
    state: State
    detail: str


def examine(display: Display) -> bool:
    """Prints the findings; False when something is wrong."""
    findings = [check_python(), *check_folder(), check_fonts()]
    server = check_server()
    try:
        if not has_database():
            raise DatabaseMissing
        with use_database(display.say):
            findings += [server, *check_database()]
    except WafaaError as error:
        findings += [server, Finding(_("Database"), State.BAD, str(error))]
    show(findings, display)
    return all(finding.state is not State.BAD for finding in findings)


def show(findings: list[Finding], display: Display) -> None:
    signs = {State.GOOD: "✓", State.NOTE: "!", State.BAD: "✗"}
    table = Table(show_header=False, box=None, padding=(0, 2, 0, 0))
    for finding in findings:
        color = finding.state.value
        table.add_row(f"[{color}]{signs[finding.state]}[/{color}]", finding.subject, finding.detail)
    display.console.print(table)


def check_python() -> Finding:
    state = State.GOOD if sys.version_info >= (3, 11) else State.BAD
    return Finding("Python", state, f"{platform.python_version()} ({sys.executable})")


def check_folder() -> Iterator[Finding]:
    path = Home().path
    try:
        path.mkdir(parents=True, exist_ok=True)
        probe = path / ".doctor"
        probe.write_text("")
        probe.unlink()
    except OSError as error:
        yield Finding(_("Data directory"), State.BAD, f"{path}: {error.strerror}")
        return
    yield Finding(_("Data directory"), State.GOOD, str(path))
    free = shutil.disk_usage(path).free
    state = State.GOOD if free >= FREE_BYTES_MIN else State.NOTE
    yield Finding(_("Free space"), state, f"{free / 1024**3:,.1f} GB")


def check_fonts() -> Finding:
    """Charts are drawn on the server with the fonts that it has."""
    subject = _("Arabic fonts")
    program = shutil.which("fc-list")
    if not program:
        return Finding(subject, State.NOTE, _("cannot be checked without fontconfig (fc-list)"))
    listed = subprocess.run(
        [program, ":lang=ar", "family"], capture_output=True, text=True, check=False
    ).stdout
    families = sorted({line.split(",")[0].strip() for line in listed.splitlines() if line.strip()})
    if not families:
        hint = _(
            "none: charts show boxes instead of Arabic letters. Install one, such as Debian's fonts-noto-core"
        )
        return Finding(subject, State.NOTE, hint)
    return Finding(subject, State.GOOD, ", ".join(families[:3]) + (" …" if len(families) > 3 else ""))


def check_server() -> Finding:
    home = Home()
    running = home.read_running() if home.path.exists() and home.is_held() else None
    if running and running.address:
        return Finding(_("Server"), State.GOOD, f"{running.address} ({running.pid})")
    return Finding(_("Server"), State.NOTE, _("does not run; start it with wafaa serve"))


def has_database() -> bool:
    """To look must not make a database where there is none."""
    return bool(env_text("WAFAA_DATABASE_URL")) or (Home().path / "postgres" / "cluster").exists()


def check_database() -> list[Finding]:
    """What can be asked once a database answers."""
    from wafaa.run.prepare import check_database as check

    load_django()
    check()
    findings = [check_version(), check_migrations()]
    if findings[-1].state is State.GOOD:
        # each of these reads tables
        checks: tuple[Callable[[], Finding], ...] = (
            check_clock,
            check_stream,
            check_facts,
            check_analyst,
            check_worker,
            check_backup,
        )
        findings += [one() for one in checks]
    return findings


def check_version() -> Finding:
    from django.db import connection

    where = _("your own") if not Home().read_running() and env_text("WAFAA_DATABASE_URL") else ""
    major, minor = divmod(connection.cursor().connection.info.server_version, 10_000)
    (fsync,) = ask("get_fsync")
    if fsync != "on":
        return Finding(_("Database"), State.NOTE, f"PostgreSQL {major}.{minor}, fsync = {fsync}")
    return Finding(_("Database"), State.GOOD, f"PostgreSQL {major}.{minor} {where}".strip())


def check_migrations() -> Finding:
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if waiting:
        return Finding(_("Tables"), State.BAD, _("not up to date; wafaa serve brings them up to date"))
    return Finding(_("Tables"), State.GOOD, _("up to date"))


def check_clock() -> Finding:
    from wafaa.kit import clock

    (theirs,) = ask("get_clock")
    difference_s = abs((clock.now() - theirs).total_seconds())
    state = State.GOOD if difference_s <= CLOCK_DIFFERENCE_S_MAX else State.BAD
    detail = _("differs from the database's by {seconds} s").format(seconds=f"{difference_s:.1f}")
    return Finding(_("Clock"), state, f"{clock.now():%Y-%m-%d %H:%M} UTC, {detail}")


def check_stream() -> Finding:
    from wafaa.config.flow import CONSUMERS
    from wafaa.stream.queries import count_waiting, list_parked

    waiting, parked = count_waiting(CONSUMERS), list_parked().count()
    state = State.NOTE if parked else State.GOOD
    detail = _("{waiting} waiting, {parked} put aside because they failed")
    return Finding(_("Events"), state, detail.format(waiting=f"{waiting:,}", parked=f"{parked:,}"))


def check_facts() -> Finding:
    from wafaa.learn.facts.queries import find_manifest

    manifest = find_manifest()
    if manifest is None:
        return Finding(_("Facts"), State.NOTE, _("none yet; wafaa facts sync writes them"))
    rows = sum(table.rows for table in manifest.tables.values())
    detail = _("{rows} rows, in step with {moment} UTC").format(
        rows=f"{rows:,}", moment=f"{manifest.synced_at:%Y-%m-%d %H:%M}"
    )
    return Finding(_("Facts"), State.GOOD, detail)


def check_analyst() -> Finding:
    from django.conf import settings

    from wafaa.run.functions import ping

    if not settings.ANALYST_SOCKET:
        return Finding(_("Analyst"), State.NOTE, _("does not run"))
    try:
        ping()
    except WafaaError as error:
        return Finding(_("Analyst"), State.BAD, str(error))
    return Finding(_("Analyst"), State.GOOD, _("answers"))


def check_worker() -> Finding:
    from wafaa.run.health.checks import HEARTBEAT_S_MAX, get_worker_age

    if not Home().is_held():
        return Finding(_("Worker"), State.NOTE, _("does not run"))
    age_s = get_worker_age()
    if age_s is None or age_s > HEARTBEAT_S_MAX:
        return Finding(_("Worker"), State.BAD, _("gives no sign of life"))
    return Finding(_("Worker"), State.GOOD, _("alive {seconds} s ago").format(seconds=round(age_s)))


def check_backup() -> Finding:
    """The last one's age; and whether it would be lost together with the data."""
    from django.conf import settings

    from wafaa.kit import clock
    from wafaa.run.backup.record import read_record
    from wafaa.run.backup.rules import AGE_MAX

    subject, record = _("Backup"), read_record()
    if record.is_failing:
        assert record.failed_at
        detail = _("failed on {moment} UTC: {reason}").format(
            moment=f"{record.failed_at:%Y-%m-%d %H:%M}", reason=record.reason
        )
        return Finding(subject, State.BAD, detail)
    if record.made_at is None:
        return Finding(subject, State.NOTE, _("none yet; WAFAA_BACKUP_DIR has one made every day"))
    age = clock.now() - record.made_at
    detail = _("{hours} hours old: {file}").format(hours=round(age.total_seconds() / 3600), file=record.file)
    if age > AGE_MAX:
        return Finding(subject, State.BAD if settings.BACKUP_DIR else State.NOTE, detail)
    if not Path(record.file).exists():
        return Finding(subject, State.BAD, _("{file} is gone").format(file=record.file))
    if Path(record.file).stat().st_dev == Home().path.stat().st_dev:
        detail = _("{told}; on the same disk as the data").format(told=detail)
        return Finding(subject, State.NOTE, detail)
    return Finding(subject, State.GOOD, detail)


def ask(name: str) -> tuple[Any, ...]:
    """The one row that the question of this room's sql folder answers with."""
    from django.db import connection

    from wafaa.kit.sql import load_sql

    with connection.cursor() as cursor:
        cursor.execute(load_sql("wafaa.run", name))
        row: tuple[Any, ...] = cursor.fetchone()
    return row
