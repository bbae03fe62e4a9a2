"""PostgreSQL's programs that write and read a dump: which of those on this machine fits."""

import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from django.db import connection
from psycopg import pq
from psycopg.conninfo import make_conninfo

from wafaa.config.environment import env_text
from wafaa.run.backup.errors import ProgramsMissing
from wafaa.run.programs import find_programs

# Where Debian, Red Hat and Homebrew put them.
FOLDERS = ("/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin", "/opt/homebrew/opt/postgresql@*/bin")


@dataclass(frozen=True)
class Program:
    path: Path
    major: int


def choose_program(name: str, wanted: int) -> Program:
    """The oldest whose major version is at least `wanted`: a dump stays readable for as many as possible.

    Raises ProgramsMissing.
    """
    found = list_programs(name)
    fitting = sorted((each for each in found if each.major >= wanted), key=lambda each: each.major)
    if not fitting:
        told = ", ".join(f"{each.major} ({each.path.parent})" for each in found) or "-"
        raise ProgramsMissing(program=name, wanted=wanted, found=told)
    return fitting[0]


def list_programs(name: str) -> list[Program]:
    """Those of WAFAA_PG_BIN alone where it is set; else the ones that Wafaa brings and the system's."""
    if given := env_text("WAFAA_PG_BIN"):
        folders = [Path(given)]
    else:
        on_path = shutil.which(name)
        folders = [find_programs(), *([Path(on_path).resolve().parent] if on_path else [])]
        for pattern in FOLDERS:
            folders += Path("/").glob(pattern.removeprefix("/"))
    found = {}
    for folder in folders:
        # Debian's wrapper on the path stands for one of those below and asks a cluster which one.
        if (path := folder / name).exists() and not path.resolve().name.endswith("wrapper"):
            found[path.resolve()] = ask_major(path)
    return [Program(path, major) for path, major in found.items() if major]


@cache
def ask_major(path: Path) -> int:
    """0 for one that does not run here."""
    try:
        told = subprocess.run(
            [str(path), "--version"], capture_output=True, text=True, check=False, timeout=10
        )
    except (OSError, subprocess.TimeoutExpired):
        return 0
    version = re.search(r"\) (\d+)", told.stdout)
    return int(version.group(1)) if version else 0


def get_connection() -> tuple[str, dict[str, str]]:
    """(what libpq connects with, the environment with the password, which no list of processes may show)."""
    known = {option.keyword.decode() for option in pq.Conninfo.get_defaults()}
    given: dict[str, Any] = {
        name: value for name, value in connection.get_connection_params().items() if name in known and value
    }
    environment = {**os.environ, "LC_ALL": "C"}
    if password := given.pop("password", None):
        environment["PGPASSWORD"] = str(password)
    return make_conninfo(**given), environment
