"""docs/benchmarks.md: a section for each part, with its marks; parts that were not run keep theirs."""

import os
import platform
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib.metadata import version

import psutil

HEAD = """# Benchmarks

Written by `make bench`. Times depend on the machine; the ratios, taken side by side in one run, are what counts.
"""


def describe_machine() -> str:
    packages = ", ".join(
        f"{name} {version(name)}" for name in ("duckdb", "ibis-framework", "pandas", "pyarrow")
    )
    memory_gb = psutil.virtual_memory().total / 2**30
    return (
        f"{datetime.now(UTC):%Y-%m-%d}, {platform.machine()}, {os.cpu_count()} cores, {memory_gb:.0f} GB, "
        f"load {os.getloadavg()[1]:.1f} at the end, Python {platform.python_version()}, {packages}.\n"
    )


@dataclass(frozen=True, kw_only=True)
class Limit:
    """One mark, and what was measured."""

    what: str
    measured: str
    limit: str
    is_kept: bool


@dataclass(frozen=True, kw_only=True)
class Part:
    """What one part measured; the first word of the heading names it in the document."""

    heading: str
    limits: Sequence[Limit]
    text: Sequence[str]
    machine: str = field(default_factory=describe_machine)

    def write(self) -> str:
        return "\n".join(
            [
                f"## {self.heading}\n",
                self.machine,
                "| what | measured | limit | kept |\n|---|---:|---:|---|",
                *(
                    f"| {one.what} | {one.measured} | {one.limit} | {'yes' if one.is_kept else '**no**'} |"
                    for one in self.limits
                ),
                "",
                *self.text,
                "",
            ]
        )


def merge(document: str, parts: Sequence[Part]) -> str:
    """The document with the sections of these parts in the place of the former ones."""
    sections = {
        section.split()[1]: section for section in re.split(r"^(?=## )", document, flags=re.MULTILINE)[1:]
    }
    sections |= {part.heading.split()[0]: part.write() for part in parts}
    return "\n".join([HEAD, *(section.rstrip() + "\n" for section in sections.values())])
