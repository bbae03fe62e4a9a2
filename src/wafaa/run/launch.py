"""Becomes another program: as another user if asked, able to reach its files, and never outliving its parent.

Run as a file (`python -I -S launch.py UID GID SIGNAL NEEDS PROGRAM ARGUMENT...`), it needs only the standard
library: in a process with threads a function between fork and exec could hang. UID -1 keeps the user; SIGNAL
is what Linux sends when the parent ends (0: nothing); NEEDS are paths that the user must be able to read,
joined as in PATH.

PostgreSQL refuses to run as root. An unprivileged user may not reach a data directory or a .venv below a
folder of root's, so the smallest of Linux' capabilities that helps is kept across the change of user: none,
reading, or reaching everything.
"""

import ctypes
import os
import sys

PR_SET_PDEATHSIG, PR_SET_KEEPCAPS, PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE = 1, 8, 47, 2
CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH = 1, 2
CAPABILITY_VERSION_3 = 0x20080522
EXIT_UNREACHABLE = 77


def set_capabilities(libc: ctypes.CDLL, permitted: int, *numbers: int) -> bool:
    """Makes exactly these effective and inherited by what is executed; False where the kernel says no.

    `permitted` keeps what a later attempt may need; executing a program drops it.
    """
    mask = sum(1 << number for number in numbers)
    header = (ctypes.c_uint32 * 2)(CAPABILITY_VERSION_3, 0)
    # effective, permitted, inheritable of the lower 32 capabilities, then of the upper
    data = (ctypes.c_uint32 * 6)(mask, mask | permitted, mask, 0, 0, 0)
    if libc.capset(header, data) != 0:
        return False
    return all(libc.prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, number, 0, 0) == 0 for number in numbers)


def get_permitted() -> int:
    """Those of the two capabilities that this process may use."""
    with open("/proc/self/status", "rb") as status:
        found = next((line for line in status if line.startswith(b"CapPrm:")), b"CapPrm: 0")
    return int(found.split()[1], 16) & (1 << CAP_DAC_OVERRIDE | 1 << CAP_DAC_READ_SEARCH)


def become(uid: int, gid: int, needed: list[str]) -> bool:
    """Changes the user for good; False when that user can't reach the needed files by any means.

    What comes after setuid loads no module: Python itself may lie where this user can't read.
    """
    libc = ctypes.CDLL(None)
    on_linux = sys.platform == "linux"
    permitted = get_permitted() if on_linux else 0
    if on_linux:
        libc.prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0)
    os.setgroups([])
    os.setgid(gid)
    os.setuid(uid)
    attempts = [(), (CAP_DAC_READ_SEARCH,), (CAP_DAC_OVERRIDE,)] if on_linux else [()]
    for capabilities in attempts:
        if (not on_linux or set_capabilities(libc, permitted, *capabilities)) and _reaches(needed):
            return True
    return False


def _reaches(paths: list[str]) -> bool:
    """Folders and programs must be open to search and run, other files to read."""
    effective = os.access in os.supports_effective_ids
    for path in paths:
        mode = os.R_OK if path.endswith(".bki") else os.R_OK | os.X_OK
        if not os.access(path, mode, effective_ids=effective):
            return False
    return True


def main() -> None:
    uid, gid, death_signal = (int(text) for text in sys.argv[1:4])
    needed = sys.argv[4].split(os.pathsep)
    command = sys.argv[5:]
    if uid != -1 and not become(uid, gid, [*needed, command[0]]):
        sys.exit(EXIT_UNREACHABLE)
    if sys.platform == "linux" and death_signal:
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, death_signal, 0, 0, 0)
    os.execv(command[0], command)  # noqa: S606  (no shell is wanted)


if __name__ == "__main__":
    main()
