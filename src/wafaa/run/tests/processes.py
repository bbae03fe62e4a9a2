"""Looking at real processes, for the tests of this room."""

import fcntl
import http.client
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil
import psycopg
from tests.database import make_shared_database, name_shared_database

from wafaa.run.home import Home

WAFAA = (sys.executable, "-c", "from wafaa.run.cli import main; main()")


def wait_until(condition: Callable[[], object], patience_s: float = 30.0, *, every_s: float = 0.02) -> None:
    """Polls: what is waited for happens in another process. What is dear to ask is asked rarely: that process wants the core."""
    deadline = time.monotonic() + patience_s
    while not condition():
        assert time.monotonic() < deadline, "it never became true"
        time.sleep(every_s)


def list_servers(folder: Path) -> list[psutil.Process]:
    """PostgreSQL's processes over the embedded cluster in `folder`."""
    found = []
    for process in psutil.process_iter():
        try:
            if process.cwd() == str(folder / "cluster" / "data"):
                found.append(process)
        except psutil.Error:
            continue
    return found


def is_alive(process: psutil.Process) -> bool:
    with suppress(psutil.NoSuchProcess):
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    return False


def is_called(process: psutil.Process, name: str) -> bool:
    """By the last word of its command, or its own name; one that ended just now has neither."""
    with suppress(psutil.Error):
        return process.cmdline()[-1:] == [name] or process.name() == name
    return False


def kill_at_once(victims: list[psutil.Process]) -> None:
    """kill -9 for all of them before any can react to another's end."""
    for deed in (psutil.Process.suspend, psutil.Process.kill):
        for victim in victims:
            with suppress(psutil.NoSuchProcess):
                deed(victim)


def execute(url: str, query: str) -> tuple | None:
    with psycopg.connect(url, autocommit=True) as connection:
        cursor = connection.execute(query)
        return cursor.fetchone() if cursor.description else None


def run_wafaa(
    home: Path, *arguments: str, stdin: str = "", **environment: str
) -> subprocess.CompletedProcess[str]:
    """One command to its end, in a data directory of its own."""
    return subprocess.run(
        [*WAFAA, *arguments],
        env=make_environment(home, **environment),
        input=stdin,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@contextmanager
def shared_folder(name: str) -> Iterator[Path]:
    """What all processes that share the tests make once, under this name: one at a time may look for it, and make it."""
    folder = Path(os.environ["WAFAA_TEST_SHARED"])
    with (folder / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield folder / name


def ensure_tables() -> str:
    """The name of a database that Wafaa made, with nothing in it: once for all processes that share the tests, who copy it."""
    with shared_folder("tables") as made:
        if not made.exists():
            command = [*WAFAA, "key", "list"]
            subprocess.run(command, env=make_shared_database("tables"), stdout=subprocess.DEVNULL, check=True)
            made.touch()
    return name_shared_database("tables")


def copy_prepared(home: Path) -> Path:
    """An installation with its tables and nothing in them: made once, then copied, because making one keeps a core busy for half
    a minute.
    """
    with shared_folder("prepared") as prepared:
        if not prepared.exists():
            making = prepared.with_suffix(".making")
            made = run_wafaa(making, "key", "list")
            assert made.returncode == 0, made.stderr
            making.rename(prepared)
    copy_home(prepared, home)
    return home


def copy_home(source: Path, home: Path) -> None:
    """PostgreSQL minds who owns its files, which shutil does not keep."""
    subprocess.run(["cp", "-a", str(source), str(home)], check=True)


def make_environment(home: Path, **more: str) -> dict[str, str]:
    """The test run's environment without its own Wafaa settings; English words, wide lines."""
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith(("WAFAA_", "LC_", "LANG"))
    }
    return {**kept, "WAFAA_HOME": str(home), "LANG": "C.UTF-8", "COLUMNS": "200", **more}


def find_free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Serving:
    """`wafaa serve` in a process of its own, without the demo shop."""

    def __init__(self, home: Path, *, workers: int = 1, **environment: str) -> None:
        self.home, self.port = home, find_free_port()
        self._output = tempfile.TemporaryFile()  # noqa: SIM115  (lives as long as the server)
        self.process = subprocess.Popen(
            [*WAFAA, "serve", "--no-demo", "--port", str(self.port), "--workers", str(workers)],
            env=make_environment(home, **environment),
            stdin=subprocess.DEVNULL,
            stdout=self._output,
            stderr=subprocess.STDOUT,
        )

    def wait(self) -> "Serving":
        """Until everything answers."""
        wait_until(lambda: self.process.poll() is not None or self._is_ready(), 180, every_s=0.05)
        assert self.process.poll() is None, self.read_output()
        return self

    def _is_ready(self) -> bool:
        running = Home(self.home).read_running()
        return bool(running and running.address and running.pid == self.process.pid)

    def read_output(self) -> str:
        self._output.seek(0)
        return self._output.read().decode()

    def get(self, path: str) -> int:
        """The status of a page."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        connection.request("GET", path)
        status = connection.getresponse().status
        connection.close()
        return status

    def list_processes(self) -> list[psutil.Process]:
        """All that it started, and what those started."""
        return psutil.Process(self.process.pid).children(recursive=True)

    def find_child(self, name: str) -> psutil.Process:
        """analyst, worker, drainer, web or postgres."""
        (child,) = [each for each in psutil.Process(self.process.pid).children() if is_called(each, name)]
        return child

    def stop(self, number: int = signal.SIGINT) -> int:
        self.process.send_signal(number)
        return self.process.wait(60)
