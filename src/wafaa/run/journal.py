"""What a sender of the outbox has begun and what came of it, in a file that outlives it.

A kill takes a process between "the mail server said yes" and the commit that notes it. The file knows: a line before each
try and one after it, in memory that is the file's own: that survives the process, though not the machine, and costs no call of
the system, of which each would let the other threads come first. The file is locked while its sender lives, so that whoever
gets the lock knows that it is dead.
"""

import fcntl
import logging
import mmap
import os
import threading
import uuid
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from wafaa.stream.outbox import Kind, Outcome, Verdict, recover

log = logging.getLogger(__name__)

# Full after some 20,000 mails; then it is written anew with nothing but what is in hand.
SIZE_BYTES = 1024**2
ANSWER_CHARS_MAX = 200


@dataclass(kw_only=True)
class Known:
    """What a journal tells of its sender's last tries."""

    begun: set[int] = field(default_factory=set)
    done: dict[int, Outcome] = field(default_factory=dict)  # delivered


class Journal:
    """Of one living sender."""

    def __init__(self, folder: Path, sender: uuid.UUID) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._path = folder / f"{sender}.log"
        self._lock = threading.Lock()
        self._lines: dict[int, bytes] = {}
        self._file = self._place = 0
        self._map: mmap.mmap | None = None
        self._open(self._path)

    def begin(self, effect_id: int) -> None:
        """The try is about to be made."""
        self._write(effect_id, b"B %d\n" % effect_id)

    def end(self, effect_id: int, outcome: Outcome) -> None:
        """What came of it. What did not arrive may be tried again as if it had not begun."""
        if outcome.verdict is Verdict.DELIVERED:
            answer = " ".join(outcome.answer.split())[:ANSWER_CHARS_MAX]
            self._write(effect_id, f"D {effect_id} {outcome.status or 0} {answer}\n".encode())
        else:
            self._write(effect_id, b"N %d\n" % effect_id)

    def forget(self, effect_ids: Sequence[int]) -> None:
        """They are settled."""
        with self._lock:
            for effect_id in effect_ids:
                self._lines.pop(effect_id, None)

    def close(self) -> None:
        """All is settled; the file goes only then."""
        with self._lock:
            if not self._lines:
                self._path.unlink(missing_ok=True)
            self._let_go()

    def _write(self, effect_id: int, line: bytes) -> None:
        with self._lock:
            self._lines[effect_id] = line
            if self._map is None:  # a sender that is over may still have a slow try in hand
                return
            if self._place + len(line) > SIZE_BYTES:
                self._roll()
            else:
                self._append(line)

    def _append(self, line: bytes) -> None:
        assert self._map is not None, "open"
        end = self._place + len(line)
        self._map[self._place : end] = line
        self._place = end

    def _roll(self) -> None:
        """The new file is whole and locked before it takes the name."""
        fresh, former = self._path.with_suffix(".new"), (self._map, self._file)
        self._open(fresh)
        for line in self._lines.values():
            self._append(line)
        fresh.replace(self._path)
        self._let_go(former)

    def _open(self, path: Path) -> None:
        """With its room on the disk: writing to memory whose file finds none would end the process."""
        self._file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600)
        fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        os.posix_fallocate(self._file, 0, SIZE_BYTES)
        self._map, self._place = mmap.mmap(self._file, SIZE_BYTES), 0

    def _let_go(self, former: tuple[mmap.mmap | None, int] | None = None) -> None:
        memory, file = former or (self._map, self._file)
        if memory is not None:
            memory.close()
            os.close(file)
        if former is None:
            self._map = None


def recover_dead(folder: Path, kinds: Sequence[Kind]) -> int:
    """Settles what dead senders of these kinds had done on this machine. Returns how many of them there were."""
    count = 0
    for path in _list_dead(folder):
        known = read_journal(path)
        counts = recover(kinds=kinds, sender=uuid.UUID(path.stem), done=known.done, begun=known.begun)
        path.unlink(missing_ok=True)
        count += 1
        log.warning(
            "a sender of %s had died: %s were done, %s not begun, of %s nobody knows",
            folder.name, counts["settled"], counts["returned"], counts["unsure"],
        )  # fmt: skip
    return count


def _list_dead(folder: Path) -> Iterator[Path]:
    """Each while we hold its lock, so that nobody else settles it too."""
    for path in sorted(folder.glob("*.log")):
        with suppress(FileNotFoundError, BlockingIOError):
            file = os.open(path, os.O_RDONLY)
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                if path.exists() and os.fstat(file).st_ino == path.stat().st_ino:
                    yield path
            finally:
                os.close(file)


def read_journal(path: Path) -> Known:
    """The last line of each effect counts; one that was cut off counts for what stands in it."""
    known = Known()
    written = path.read_bytes().partition(b"\0")[0]
    for line in written.decode("utf-8", "replace").splitlines():
        word, _space, rest = line.partition(" ")
        number, _space, told = rest.partition(" ")
        if not number.isdigit():
            continue
        effect_id = int(number)
        known.begun.discard(effect_id)
        known.done.pop(effect_id, None)
        if word == "B":
            known.begun.add(effect_id)
        elif word == "D":
            status, _space, answer = told.partition(" ")
            known.done[effect_id] = Outcome(
                verdict=Verdict.DELIVERED, status=int(status or 0) or None, answer=answer
            )
    return known
