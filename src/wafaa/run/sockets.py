"""Private folders for Unix sockets, whose names the kernel keeps short."""

import os
import shutil
import tempfile
from pathlib import Path

# A socket's name holds 107 bytes on Linux, 103 on macOS; the longest file in such a folder is PostgreSQL's
# lock.
SOCKET_FOLDER_BYTES_MAX = 103 - len("/.s.PGSQL.5432.lock")
PREFIX = "wafaa-"


def choose_socket_folder(near: Path) -> Path:
    """`near` where its path is short enough (it may not exist yet), else a new private folder elsewhere."""
    if len(os.fsencode(near)) <= SOCKET_FOLDER_BYTES_MAX:
        return near
    return Path(tempfile.mkdtemp(prefix=PREFIX, dir=_short_temporary_folder()))


def remove_socket_folder(path: Path, *, near: Path) -> None:
    """Removes a folder that choose_socket_folder made elsewhere; `near` itself stays."""
    if path != near and path.name.startswith(PREFIX):
        shutil.rmtree(path, ignore_errors=True)


def _short_temporary_folder() -> Path:
    """XDG_RUNTIME_DIR or the temporary folder if short enough, else /tmp."""
    room = SOCKET_FOLDER_BYTES_MAX - len(f"/{PREFIX}12345678")
    for name in (os.environ.get("XDG_RUNTIME_DIR"), tempfile.gettempdir()):
        if name and len(os.fsencode(name)) <= room and os.access(name, os.W_OK | os.X_OK):
            return Path(name)
    return Path("/tmp")  # noqa: S108  (a private folder is made inside)
