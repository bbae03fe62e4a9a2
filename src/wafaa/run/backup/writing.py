"""Making a backup of an installation, which may run meanwhile."""

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
from django.conf import settings
from django.db import connection, transaction
from django.db.migrations.recorder import MigrationRecorder

from wafaa import __version__
from wafaa.kit import clock
from wafaa.kit.sql import load_sql
from wafaa.run.backup import archive
from wafaa.run.backup.archive import Manifest, Writer
from wafaa.run.backup.errors import BackupFailed
from wafaa.run.backup.programs import Program, choose_program, get_connection
from wafaa.run.words import say as _

# (what, done, total or None)
Progress = Callable[[str, int, int | None], None]

# A session that was ended since must not come back; the rest can be counted again.
LEFT_OUT = ("django_session", "access_sessions_session", "wafaa_cache", "learn_measures_answer")


@dataclass(frozen=True, kw_only=True)
class Made:
    """A backup that stands."""

    file: Path
    size_bytes: int
    seconds: float
    rows: dict[str, int]


def make_backup(
    file: Path, *, with_secret_key: bool = False, on_progress: Progress = lambda what, done, total: None
) -> Made:
    """Writes a backup of database and files; under its name it is whole and on the disk, or not there.

    Raises BackupFailed, FileTaken, ProgramsMissing.
    """
    started = time.monotonic()
    file = file.absolute()
    server_major = connection.cursor().connection.info.server_version // 10_000
    program = choose_program("pg_dump", server_major)
    try:
        with _kept_files() as keep, _snapshot() as (snapshot, schema, told), archive.writing(file) as writer:
            kept = keep()
            _dump(writer, program, snapshot, schema, on_progress)
            for number, (name, path) in enumerate(sorted(kept.items())):
                on_progress(_("Adding the files that people brought"), number, len(kept))
                with path.open("rb") as source:
                    writer.add(f"{archive.FILES}{name}", source)
            if with_secret_key and (key := settings.HOME / "secret_key").exists():
                with key.open("rb") as source:
                    writer.add(archive.SECRET_KEY, source)
            manifest = Manifest(
                format=archive.FORMAT,
                wafaa=__version__,
                made_at=clock.now(),
                server_major=server_major,
                dump_major=program.major,
                schema=schema,
                members=writer.members,
                **told,
            )
            writer.finish(manifest)
    except OSError as error:
        reason = f"{error.filename}: {error.strerror}" if error.filename else str(error.strerror or error)
        raise BackupFailed(reason=reason) from error
    return Made(
        file=file,
        size_bytes=file.stat().st_size,
        seconds=time.monotonic() - started,
        rows=manifest.rows,
    )


@contextmanager
def _snapshot() -> Iterator[tuple[str, str, dict[str, Any]]]:
    """(a snapshot for pg_dump, the schema, what the manifest tells of it); held open until the dump is done.

    It has no transaction id, so that readers of the stream do not wait for it.
    """
    with transaction.atomic(durable=True), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        cursor.execute(load_sql("wafaa.run.backup", "export_snapshot"))
        snapshot, schema = cursor.fetchone()
        cursor.execute(load_sql("wafaa.run.backup", "list_tables"))
        tables = [name for (name,) in cursor.fetchall()]
        if "django_migrations" not in tables:
            raise BackupFailed(reason=_("the database is empty"))
        rows = count_rows(cursor)
        migrations = sorted(MigrationRecorder(connection).applied_migrations())
        yield snapshot, schema, {"rows": rows, "tables": tables, "migrations": migrations}


def count_rows(cursor: Any) -> dict[str, int]:
    """Of the tables by which people recognise an installation."""
    cursor.execute(load_sql("wafaa.run.backup", "count_rows"))
    return dict(zip((column.name for column in cursor.description), cursor.fetchone(), strict=True))


def _dump(writer: Writer, program: Program, snapshot: str, schema: str, on_progress: Progress) -> None:
    conninfo, environment = get_connection()
    command = [
        str(program.path),
        "--format=custom",
        f"--snapshot={snapshot}",
        f"--schema={schema}",
        # of this server, not of the shop: another one has other owners, rights and compression methods
        *("--no-owner", "--no-privileges", "--no-comments", "--no-toast-compression"),
        *("--no-publications", "--no-subscriptions", "--no-security-labels", "--no-tablespaces"),
        *(f"--exclude-table-data={schema}.{table}" for table in LEFT_OUT),
        f"--dbname={conninfo}",
    ]
    what = _("Saving the database")
    with tempfile.TemporaryFile() as complaints:
        process = subprocess.Popen(
            command, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=complaints
        )
        assert process.stdout
        try:
            with process.stdout:
                writer.add(archive.DUMP, process.stdout, on_bytes=lambda size: on_progress(what, size, None))
        except BaseException:
            process.terminate()
            raise
        finally:
            process.wait()
        if process.returncode != 0:
            complaints.seek(0)
            raise BackupFailed(reason=read_complaint(complaints.read()) or f"exit code {process.returncode}")


def read_complaint(output: bytes) -> str:
    """The first error that one of PostgreSQL's programs told."""
    lines = [line for line in output.decode(errors="replace").splitlines() if line.strip()]
    told = [line for line in lines if "error:" in line or "FATAL" in line]
    return (told or lines or [""])[0].strip()


@contextmanager
def _kept_files() -> Iterator[Callable[[], dict[str, Path]]]:
    """A second name for every file, so that nobody can take one away while it is needed.

    The files are named now and once more when the function is called, which is after the snapshot was taken: one that the
    snapshot needs was there before it, and was not removed between the two.
    """
    root = Path(settings.FILES_ROOT)
    for left in root.parent.glob(".backup-*"):
        if not is_alive(left.name.rpartition("-")[2]):
            shutil.rmtree(left, ignore_errors=True)
    shadow = root.parent / f".backup-{os.getpid()}"
    kept: dict[str, Path] = {}

    def keep() -> dict[str, Path]:
        for path in root.rglob("*") if root.is_dir() else ():
            name = path.relative_to(root).as_posix()
            if name in kept or not path.is_file() or path.is_symlink() or path.name.startswith("."):
                continue
            kept[name] = _link(path, shadow / name)
        return {name: path for name, path in kept.items() if path.exists()}

    try:
        keep()
        yield keep
    finally:
        shutil.rmtree(shadow, ignore_errors=True)


def _link(path: Path, second: Path) -> Path:
    second.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        os.link(path, second)
    except OSError:
        return path  # a file system without second names, or gone already
    return second


def is_alive(pid: str) -> bool:
    return pid.isdigit() and psutil.pid_exists(int(pid))
