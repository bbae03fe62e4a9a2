"""Who uses a data directory, and how commands share the database of the one that runs.

One process holds the directory (`wafaa serve`, or a command while no server runs): it starts the embedded
database, says in `running.json` how to reach it, and stops it at its end. Other commands join: they hold a
shared lock while they work, for which a holding command (not a server, which the user stops) waits before it
stops the database.
"""

import json
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from wafaa.config.environment import env_text, get_home
from wafaa.run.errors import AlreadyRunning, FolderNotWritable
from wafaa.run.lock import FileLock
from wafaa.run.postgres import EmbeddedPostgres
from wafaa.run.words import say as _

# A holder that starts recovers its database first; after this a command gives up and says who it waits for.
JOIN_PATIENCE_S = 60.0
POLL_S = 0.1

Progress = Callable[[str], None]


@dataclass(frozen=True, kw_only=True)
class Running:
    """What a holder tells the others."""

    pid: int
    database_url: str
    analyst_socket: str = ""
    address: str = ""


class Home:
    """The data directory as seen by one process."""

    def __init__(self, path: Path | None = None) -> None:
        self.path = path or get_home()
        self._holding = FileLock(self.path / "lock")
        self._using = FileLock(self.path / "lock.users")
        self._note = self.path / "running.json"

    def hold(self) -> bool:
        """Becomes the holder; False when there is one."""
        try:
            self.path.mkdir(parents=True, exist_ok=True, mode=0o700)
            held = self._holding.acquire()
        except OSError as error:
            raise FolderNotWritable(folder=self.path, reason=error.strerror) from error
        return held

    def is_held(self) -> bool:
        """Whether some process holds the directory, this one included."""
        probe = FileLock(self._holding.path)
        if not self.path.exists() or probe.acquire(shared=True):
            probe.release()
            return False
        return True

    def get_holder(self) -> int | None:
        return self._holding.get_holder()

    def tell(self, running: Running) -> None:
        draft = self._note.with_suffix(f".{os.getpid()}")
        draft.touch(mode=0o600)
        draft.write_text(json.dumps(asdict(running)))
        draft.replace(self._note)

    def read_running(self) -> Running | None:
        """What the holder told, or what a killed one left: only the lock says that it lives."""
        try:
            return Running(**json.loads(self._note.read_text()))
        except (OSError, ValueError, TypeError):
            return None

    def let_go(self) -> None:
        self._note.unlink(missing_ok=True)
        self._holding.release()

    @contextmanager
    def without_users(self) -> Iterator[None]:
        """Inside, no other command uses the database; waits for those that do."""
        self._using.acquire(wait=True)
        try:
            yield
        finally:
            self._using.release()

    def join(self) -> Running | None:
        """Becomes a user of the holder's database; None while it is not ready."""
        if not self._using.acquire(shared=True):
            return None
        running = self.read_running()
        if running is None or running.pid != self.get_holder():
            self._using.release()
            return None
        return running

    def leave(self) -> None:
        self._using.release()


@contextmanager
def use_database(on_progress: Progress) -> Iterator[None]:
    """Inside, WAFAA_DATABASE_URL names the user's database, the running server's, or one of our own."""
    home = Home()
    if env_text("WAFAA_DATABASE_URL"):
        # A server may still run here, whose analyst keeps the facts.
        if (running := home.read_running()) and home.is_held():
            os.environ.setdefault("WAFAA_ANALYST_SOCKET", running.analyst_socket)
        yield
    elif running := _hold_or_join(home, on_progress):
        os.environ["WAFAA_DATABASE_URL"] = running.database_url
        os.environ["WAFAA_ANALYST_SOCKET"] = running.analyst_socket
        try:
            yield
        finally:
            home.leave()
    else:
        with _own_database(home, on_progress):
            yield


def _hold_or_join(home: Home, on_progress: Progress) -> Running | None:
    """None: this process holds the directory now."""
    deadline = time.monotonic() + JOIN_PATIENCE_S
    told = False
    while not home.hold():
        if running := home.join():
            return running
        if time.monotonic() > deadline:
            raise AlreadyRunning(folder=home.path, pid=home.get_holder())
        if not told:
            told = True
            on_progress(_("Waiting for the Wafaa that is starting …"))
        time.sleep(POLL_S)
    return None


@contextmanager
def _own_database(home: Home, on_progress: Progress) -> Iterator[None]:
    database = EmbeddedPostgres(home.path / "postgres", on_progress=on_progress)
    try:
        os.environ["WAFAA_DATABASE_URL"] = database.start()
        home.tell(Running(pid=os.getpid(), database_url=database.url))
        yield
    finally:
        with home.without_users():
            database.stop()
            home.let_go()
