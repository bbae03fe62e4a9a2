"""A lock on a file, which the kernel lets go of when its holder ends, however that was."""

import fcntl
import os
from pathlib import Path


class FileLock:
    """Exclusive (one holder) or shared (many users); the file says who holds it exclusively."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._descriptor: int | None = None

    def acquire(self, *, shared: bool = False, wait: bool = False) -> bool:
        """Takes the lock; False when another process has it and `wait` is not set."""
        descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        kind = fcntl.LOCK_SH if shared else fcntl.LOCK_EX
        try:
            fcntl.flock(descriptor, kind if wait else kind | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
            return False
        if not shared:
            os.ftruncate(descriptor, 0)
            os.write(descriptor, str(os.getpid()).encode())
        self._descriptor = descriptor
        return True

    def release(self) -> None:
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    def get_holder(self) -> int | None:
        """The process id that the last exclusive holder wrote."""
        try:
            return int(self.path.read_text())
        except (OSError, ValueError):
            return None
