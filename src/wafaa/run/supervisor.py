"""`wafaa serve`: starts database, analyst, worker and web, keeps them alive, stops them in order."""

import contextlib
import http.client
import os
import select
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

import msgspec
from rich.console import Console

from wafaa.config.environment import env_text, is_low_memory
from wafaa.run.display import Display
from wafaa.run.errors import AlreadyRunning, PortTaken, PrepareFailed
from wafaa.run.home import Home, Running
from wafaa.run.lifeline import VARIABLE, make_lifeline
from wafaa.run.postgres import EmbeddedPostgres
from wafaa.run.sockets import choose_socket_folder, remove_socket_folder
from wafaa.run.words import get_language
from wafaa.run.words import say as _

# A child that dies is started again after 0, 1, 2, 4 ... seconds; one that lived this long, well past its start, counts anew.
HEALTHY_S = 10.0
BACKOFF_S_MAX = 30.0
# The web server finishes its requests, the worker its batch: under a second each.
STOP_PATIENCE_S = 15.0
ANSWER_PATIENCE_S = 60.0
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGCHLD)


@dataclass
class Child:
    """One process to keep alive."""

    name: str
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    deaths: int = 0
    start_at: float = field(default=0.0)

    def is_alive(self) -> bool:
        return self.process is not None and self.process.poll() is None


class Stopped(Exception):
    """The user asked for the end while something was still starting."""


class Supervisor:
    """Everything that `wafaa serve` runs, over one data directory."""

    def __init__(self, *, host: str, port: int, demo: bool, workers: int, console: Console) -> None:
        self._host, self._port, self._demo = host, port, demo
        self._display = Display(console)
        self._home = Home()
        self._database: EmbeddedPostgres | None = None
        self._near_sockets = self._home.path / "sockets"
        self._sockets: Path | None = None
        self._lifeline = make_lifeline()
        # in the order of their start; stopped in the reverse order
        self._children = [
            Child("analyst"),
            Child("worker"),
            *(Child("drainer") for _further in range(workers - 1)),
            Child("web"),
        ]
        self._ending = False
        self._wake_reader, self._wake_writer = os.pipe()

    def run(self) -> None:
        """Returns after SIGINT, SIGTERM or SIGHUP; raises a RunError when the start fails."""
        self._check_port()
        if not self._home.hold():
            raise AlreadyRunning(folder=self._home.path, pid=self._home.get_holder())
        self._listen_to_signals()
        try:
            sign_in = self._start_all()
            self._display.show_ready(self._address, sign_in, host=self._host)
            while not self._ending:
                self._watch_once()
        except Stopped:
            pass
        finally:
            self._stop_all()

    @property
    def _address(self) -> str:
        host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(self._host, self._host)  # noqa: S104
        return f"http://[{host}]:{self._port}" if ":" in host else f"http://{host}:{self._port}"

    def _check_port(self) -> None:
        """Before anything is started; the web server itself binds later."""
        family = socket.AF_INET6 if ":" in self._host else socket.AF_INET
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((self._host, self._port))
            except OSError as error:
                raise PortTaken(
                    host=self._host, port=self._port, other=self._port + 1, reason=error.strerror
                ) from error

    # Signals: a handler only notes them; the loop sleeps on a pipe that each signal writes to

    def _listen_to_signals(self) -> None:
        os.set_blocking(self._wake_writer, False)
        signal.set_wakeup_fd(self._wake_writer, warn_on_full_buffer=False)
        for number in SIGNALS:
            if number != signal.SIGHUP or signal.getsignal(number) != signal.SIG_IGN:  # nohup stays in force
                signal.signal(number, self._note_signal)

    def _note_signal(self, number: int, frame: object) -> None:
        if number != signal.SIGCHLD:
            self._ending = True

    def _sleep(self, seconds: float | None) -> None:
        """Until a signal, or so long."""
        ready, _, _ = select.select([self._wake_reader], [], [], seconds)
        if ready:
            os.read(self._wake_reader, 4096)

    def _stop_if_asked(self) -> None:
        if self._ending:
            raise Stopped

    # Starting

    def _start_all(self) -> dict[str, str]:
        """Returns how one gets in: the demo's sign-in, or the code of the first owner; {} where one knows."""
        self._remove_old_sockets()
        url = self._start_database()
        self._stop_if_asked()
        self._sockets = choose_socket_folder(self._near_sockets)
        self._sockets.mkdir(mode=0o700, exist_ok=True)
        analyst_socket = str(self._sockets / "analyst")
        os.environ["WAFAA_WEB_HOST"], os.environ["WAFAA_WEB_PORT"] = self._host, str(self._port)
        os.environ["WAFAA_WEB_ADDRESS"] = self._address
        self._allow_host()
        sign_in = self._prepare()
        os.environ["WAFAA_ANALYST_SOCKET"] = analyst_socket
        for child in self._children:
            self._start(child)
        self._wait_for_answer()
        self._home.tell(
            Running(pid=os.getpid(), database_url=url, analyst_socket=analyst_socket, address=self._address)
        )
        return sign_in

    def _start_database(self) -> str:
        if given := env_text("WAFAA_DATABASE_URL"):
            return given
        self._database = EmbeddedPostgres(
            self._home.path / "postgres", on_progress=self._display.say, check=self._stop_if_asked
        )
        os.environ["WAFAA_DATABASE_URL"] = url = self._database.start()
        return url

    def _allow_host(self) -> None:
        """An address that was asked for by --host is one that browsers may ask for."""
        if not env_text("WAFAA_ALLOWED_HOSTS") and self._host not in {"0.0.0.0", "::"}:  # noqa: S104
            os.environ["WAFAA_ALLOWED_HOSTS"] = f"127.0.0.1,localhost,[::1],{self._host}"

    def _remove_old_sockets(self) -> None:
        """Those of a supervisor that was killed."""
        if (old := self._home.read_running()) and old.analyst_socket:
            remove_socket_folder(Path(old.analyst_socket).parent, near=self._near_sockets)

    def _prepare(self) -> dict[str, str]:
        """Migrations and demo, in a process of their own; it tells what it does line by line."""
        answer: dict[str, str] = {}
        failure = ""
        arguments = ["demo"] if self._demo else []
        process = self._spawn("prepare", *arguments, stdout=subprocess.PIPE)
        assert process.stdout
        try:
            with self._display.working() as bars:
                while line := self._read_line(process.stdout.fileno()):
                    told = msgspec.json.decode(line)
                    answer |= told.get("demo", {})
                    answer |= {"start": told["start"]} if "start" in told else {}
                    failure = told.get("error", failure)
                    bars.show(told)
            if process.wait() != 0:
                raise PrepareFailed(
                    reason=failure or f"exit code {process.returncode}", exit_code=process.returncode
                )
        finally:
            _end(process)
            process.stdout.close()
        return answer

    def _read_line(self, descriptor: int) -> bytes:
        """The next line, b"" at the end; Stopped when a signal asks for the end meanwhile."""
        line = bytearray()
        while not line.endswith(b"\n"):
            ready, _, _ = select.select([descriptor, self._wake_reader], [], [])
            if self._wake_reader in ready:
                os.read(self._wake_reader, 4096)
                self._stop_if_asked()
            elif not (byte := os.read(descriptor, 1)):
                break
            else:
                line += byte
        return bytes(line)

    def _spawn(self, name: str, *arguments: str, stdout: int | None = None) -> subprocess.Popen[bytes]:
        reader = self._lifeline[0]
        return subprocess.Popen(
            [sys.executable, "-m", "wafaa.run", name, *arguments],
            env={
                **self._choose_allocator(),
                **os.environ,
                VARIABLE: str(reader),
                "WAFAA_LANG": get_language(),
            },
            stdin=subprocess.DEVNULL,
            stdout=stdout,
            pass_fds=[reader],
            start_new_session=True,  # Ctrl-C is for the supervisor, which ends them in order
        )

    @staticmethod
    def _choose_allocator() -> dict[str, str]:
        """glibc keeps a heap per thread, eight times as many as cores, and gives little of them back."""
        return {"MALLOC_ARENA_MAX": "2", "MALLOC_TRIM_THRESHOLD_": "131072"} if is_low_memory() else {}

    def _start(self, child: Child) -> None:
        child.process = self._spawn(child.name)
        child.started = time.monotonic()

    def _wait_for_answer(self) -> None:
        """Until the web server gives its first page."""
        deadline = time.monotonic() + ANSWER_PATIENCE_S
        host = self._address.removeprefix("http://").rsplit(":", 1)[0].strip("[]")
        while time.monotonic() < deadline:
            with contextlib.suppress(OSError, http.client.HTTPException):
                connection = http.client.HTTPConnection(host, self._port, timeout=10)
                connection.request("GET", "/sign-in/")
                connection.getresponse().read()
                connection.close()
                return
            self._sleep(0.05)
            self._stop_if_asked()
            self._keep_alive()
        self._display.warn(_("The web server does not answer yet; its messages stand above."))

    # Watching

    def _watch_once(self) -> None:
        waits = [child.start_at - time.monotonic() for child in self._children if not child.is_alive()]
        self._sleep(max(0.0, min(waits)) if waits else None)
        if not self._ending:
            self._keep_alive()

    def _keep_alive(self) -> None:
        if self._database and not self._database.is_alive():
            self._display.warn(_("The database stopped unexpectedly; starting it again."))
            self._database.restart()
        for child in self._children:
            if child.process and not child.is_alive():
                self._note_death(child)
            if not child.process and time.monotonic() >= child.start_at:
                self._start(child)

    def _note_death(self, child: Child) -> None:
        assert child.process
        now = time.monotonic()
        child.deaths = 1 if now - child.started > HEALTHY_S else child.deaths + 1
        wait_s = 0.0 if child.deaths == 1 else min(BACKOFF_S_MAX, 2.0 ** (child.deaths - 2))
        child.start_at = now + wait_s
        self._display.warn(
            _("The process {name} ended unexpectedly (exit code {code}); starting it again.").format(
                name=child.name, code=child.process.returncode
            )
        )
        child.process = None

    # Stopping

    def _stop_all(self) -> None:
        signal.set_wakeup_fd(-1)
        if any(child.is_alive() for child in self._children):
            self._display.say(_("Stopping …"))
        for child in reversed(self._children):
            if child.process:
                _end(child.process)
        if self._database:
            self._database.stop()
        if self._sockets:
            remove_socket_folder(self._sockets, near=self._near_sockets)
        for descriptor in (*self._lifeline, self._wake_reader, self._wake_writer):
            os.close(descriptor)
        self._home.let_go()


def _end(process: subprocess.Popen[bytes]) -> None:
    """Asks, waits, and ends what does not listen: the whole session, as web has a process below it."""
    if process.poll() is None:
        process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(STOP_PATIENCE_S)
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def serve(*, host: str, port: int, demo: bool, workers: int, console: Console) -> None:
    """Runs Wafaa until it is told to stop."""
    Supervisor(host=host, port=port, demo=demo, workers=workers, console=console).run()
