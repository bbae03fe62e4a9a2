"""Putting a backup in the place of what the database holds: all or nothing."""

import hashlib
import io
import re
import subprocess
import tempfile
import threading
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any

import psycopg
from django.apps import apps
from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.db.migrations.loader import MigrationLoader

from wafaa import __version__
from wafaa.config.environment import env_text
from wafaa.kit.sql import load_sql
from wafaa.run.backup import archive
from wafaa.run.backup.archive import Manifest, Member
from wafaa.run.backup.errors import (
    BackupTooNew,
    DatabaseInUse,
    DatabaseNotEmpty,
    ForeignTables,
    RestoreFailed,
    ServerTooOld,
)
from wafaa.run.backup.programs import Program, choose_program
from wafaa.run.backup.writing import Progress, count_rows, read_complaint
from wafaa.run.prepare import LOCK_MIGRATE
from wafaa.run.words import say as _
from wafaa.stream.moving import choose_compression, forget_transactions

_COPY = re.compile(rb"COPY .* FROM stdin;\n")
_SETTING = re.compile(rb"SET (\w+) = ")
BLOCK_BYTES = 1 << 20
# What earlier versions had: applications whose migrations are known no more, and the tables that they leave behind.
RETIRED_APPS, RETIRED_TABLES = {"sessions"}, {"django_session"}


def restore_backup(
    file: Path, *, replace: bool = False, on_progress: Progress = lambda what, done, total: None
) -> Manifest:
    """The database and the files as they were when the backup was made; migrations and facts are the caller's next steps.

    Everything is checked before anything is changed. The database changes in one transaction: a kill at any moment
    leaves the former state. Nobody else may use it meanwhile.
    """
    file = file.absolute()
    with archive.reading(file) as (zipped, manifest):
        check_version(manifest)
        program = _check_server(manifest)
        check_content(file, manifest, replace=replace)
        total = manifest.size_bytes
        what = _("Checking the backup")
        places = archive.find_places(file, manifest, Path(settings.FILES_ROOT))
        archive.verify(file, zipped, manifest, lambda done: on_progress(what, done, total))
        _bring_missing_files(zipped, places)
        try:
            _fill(zipped, manifest, program, on_progress)
        except (DatabaseError, psycopg.Error) as error:
            raise RestoreFailed(reason=str(error).splitlines()[0]) from error
        _bring_other_files(zipped, places)
        _remove_other_files(places)
        _bring_key(zipped, manifest)
        return manifest


def check_version(manifest: Manifest) -> None:
    """Raises BackupTooNew where the backup knows migrations that this code does not."""
    own = MigrationLoader(None, ignore_no_migrations=True).disk_migrations or {}
    known = set(own) | {key for migration in own.values() for key in migration.replaces}
    unknown = {(app, name) for app, name in manifest.migrations if app not in RETIRED_APPS} - known
    if manifest.format > archive.FORMAT or unknown:
        raise BackupTooNew(found=manifest.wafaa, own=__version__)


def _check_server(manifest: Manifest) -> Program:
    major = connection.cursor().connection.info.server_version // 10_000
    if major < manifest.server_major:
        raise ServerTooOld(found=manifest.server_major, own=major)
    return choose_program("pg_restore", manifest.dump_major)


def check_content(file: Path, manifest: Manifest, *, replace: bool) -> None:
    """Raises DatabaseInUse, ForeignTables, DatabaseNotEmpty."""
    with connection.cursor() as cursor:
        (others,) = _ask(cursor, "count_others")
        if others:
            raise DatabaseInUse
        cursor.execute(load_sql("wafaa.run.backup", "list_tables"))
        tables = {name for (name,) in cursor.fetchall()}
        ours = {model._meta.db_table for model in apps.get_models(include_auto_created=True)}
        ours |= {
            *manifest.tables,
            *RETIRED_TABLES,
            "django_migrations",
            "wafaa_cache",
        }
        foreign = sorted(name for name in tables - ours if not name.startswith("procrastinate_"))
        if foreign:
            raise ForeignTables(tables=", ".join(foreign[:5]))
        if not replace and has_content(cursor, tables):
            raise DatabaseNotEmpty(file=file.name)


def has_content(cursor: Any, tables: set[str]) -> bool:
    if not {"stream_event", "access_staff_staff", "know_customers_customer"} <= tables:
        return False
    return bool(_ask(cursor, "has_content")[0])


def _ask(cursor: Any, name: str) -> tuple[Any, ...]:
    cursor.execute(load_sql("wafaa.run.backup", name))
    row: tuple[Any, ...] = cursor.fetchone()
    return row


# The database


def _fill(zipped: zipfile.ZipFile, manifest: Manifest, program: Program, on_progress: Progress) -> None:
    what = _("Restoring the database")
    size = next(member.size_bytes for member in manifest.members if member.name == archive.DUMP)
    with transaction.atomic(durable=True), connection.cursor() as cursor:
        cursor.execute(load_sql("wafaa.run.backup", "lock_tables"), {"number": LOCK_MIGRATE})
        cursor.execute("SELECT current_schema()")
        (schema,) = cursor.fetchone()
        if schema != manifest.schema:
            raise RestoreFailed(reason=f"schema {manifest.schema}, not {schema}")
        cursor.execute(load_sql("wafaa.run.backup", "drop_everything"))
        cursor.execute(load_sql("wafaa.run.backup", "list_settings"))
        settings_known = {name.encode() for (name,) in cursor.fetchall()}
        told = lambda done: on_progress(what, done, size)  # noqa: E731
        for section in ("pre-data", "data", "post-data"):
            with _script(
                zipped, program, section, told if section == "data" else lambda done: None
            ) as script:
                _run_script(cursor, script, settings_known)
            cursor.execute("RESET ALL")
            if section == "pre-data":
                choose_compression()
            elif section == "data":
                on_progress(_("Preparing the stream"), 0, None)
                forget_transactions()
                on_progress(_("Building the indexes"), 0, None)
        found = count_rows(cursor)
        if found != manifest.rows:
            raise RestoreFailed(reason=f"{found} rows instead of {manifest.rows}")
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


@contextmanager
def _script(
    zipped: zipfile.ZipFile, program: Program, section: str, on_bytes: Callable[[int], None]
) -> Iterator[IO[bytes]]:
    """One section of the dump as SQL, fed from the backup without a copy on the disk."""
    with tempfile.TemporaryFile() as complaints:
        process = subprocess.Popen(
            [str(program.path), f"--section={section}", "--no-owner", "--no-privileges", "--file=-"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=complaints,
        )
        assert process.stdin
        assert process.stdout
        feeder = threading.Thread(target=_feed, args=(zipped, process.stdin, on_bytes), daemon=True)
        feeder.start()
        try:
            with process.stdout:
                yield process.stdout
        finally:
            code = process.wait()  # its output is closed by now: it has ended, or ends at its next word
            feeder.join()
        if code != 0:
            complaints.seek(0)
            raise RestoreFailed(reason=read_complaint(complaints.read()) or f"exit code {code}")


def _feed(zipped: zipfile.ZipFile, target: IO[bytes], on_bytes: Callable[[int], None]) -> None:
    done = 0
    # a section without data ends before it has read everything
    with suppress(BrokenPipeError), target, zipped.open(archive.DUMP) as source:
        while block := source.read(BLOCK_BYTES):
            target.write(block)
            done += len(block)
            on_bytes(done)


def _run_script(cursor: Any, script: IO[bytes], settings_known: set[bytes]) -> None:
    """What psql would do with it, on our own connection and so in our own transaction."""
    wire: psycopg.Cursor[Any] = cursor.cursor
    statements = bytearray()
    in_head = True
    for line in script:
        in_head = in_head and not line.startswith((b"CREATE ", b"ALTER ", b"COPY "))
        if _COPY.fullmatch(line):
            _execute(wire, statements)
            with wire.copy(line.rstrip(b";\n")) as copy:
                _copy_rows(copy, script)
        elif not _is_for_psql(line) and not (in_head and _is_unknown_setting(line, settings_known)):
            statements += line
    _execute(wire, statements)


def _execute(wire: "psycopg.Cursor[Any]", statements: bytearray) -> None:
    if statements.strip():
        wire.execute(bytes(statements))
        while wire.nextset():
            pass
    statements.clear()


def _copy_rows(copy: Any, script: IO[bytes]) -> None:
    block = io.BytesIO()
    for line in script:
        if line == b"\\.\n":
            break
        block.write(line)
        if block.tell() >= BLOCK_BYTES:
            copy.write(block.getvalue())
            block = io.BytesIO()
    copy.write(block.getvalue())


def _is_for_psql(line: bytes) -> bool:
    """Its own commands, which guard it against a dump by somebody else; and the schema, which is there."""
    return line.startswith((b"\\restrict ", b"\\unrestrict ", b"CREATE SCHEMA public;"))


def _is_unknown_setting(line: bytes, settings_known: set[bytes]) -> bool:
    """The program may be newer than the server."""
    setting = _SETTING.match(line)
    return bool(setting and setting.group(1) not in settings_known)


# Files


def _bring_missing_files(zipped: zipfile.ZipFile, places: dict[Path, Member]) -> None:
    """Before the database: a file that no row names hurts nobody, a row without its file does."""
    for target, member in places.items():
        if not target.exists():
            archive.extract(zipped, member.name, target)


def _bring_other_files(zipped: zipfile.ZipFile, places: dict[Path, Member]) -> None:
    """Those that are there with another content: after the database, so that a failure leaves them as they were."""
    for target, member in places.items():
        with target.open("rb") as present:
            is_same = hashlib.file_digest(present, "sha256").hexdigest() == member.sha256
        if not is_same:
            archive.extract(zipped, member.name, target)


def _remove_other_files(kept: dict[Path, Member]) -> None:
    """Those of the former data, which may hold what people wanted gone."""
    root = Path(settings.FILES_ROOT)
    for path in sorted(root.rglob("*"), reverse=True) if root.is_dir() else ():
        if path.is_dir() and not path.is_symlink():
            with suppress(OSError):
                path.rmdir()
        elif path not in kept:
            path.unlink(missing_ok=True)


def _bring_key(zipped: zipfile.ZipFile, manifest: Manifest) -> None:
    """Where it came along, unless the operator gives one by the environment."""
    if archive.SECRET_KEY in {member.name for member in manifest.members} and not env_text(
        "WAFAA_SECRET_KEY"
    ):
        archive.extract(zipped, archive.SECRET_KEY, settings.HOME / "secret_key")
