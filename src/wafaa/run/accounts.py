"""Whom PostgreSQL runs as when Wafaa runs as root, which PostgreSQL refuses."""

import pwd
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

ACCOUNT = "wafaa"


@dataclass(frozen=True)
class Account:
    name: str
    uid: int
    gid: int


def choose_account(data: Path) -> Account:
    """The owner of data that exists; else the system user `wafaa`, made if that is possible; else nobody."""
    if data.exists() and (owner := data.stat()).st_uid != 0:
        return Account(str(owner.st_uid), owner.st_uid, owner.st_gid)
    found = _find_account(ACCOUNT) or _make_account() or _find_account("nobody")
    return found or Account("65534", 65534, 65534)


def _find_account(name: str) -> Account | None:
    try:
        entry = pwd.getpwnam(name)
    except KeyError:
        return None
    return Account(name, entry.pw_uid, entry.pw_gid)


def _make_account() -> Account | None:
    program = shutil.which("useradd")
    if not program:
        return None
    subprocess.run(
        [
            program,
            "--system",
            "--user-group",
            "--no-create-home",
            "--home-dir",
            "/nonexistent",
            "--shell",
            "/bin/false",
            ACCOUNT,
        ],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
    )
    return _find_account(ACCOUNT)
