"""Reading facts: what they are (light), and open for questions (loads the engine)."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings

from wafaa.learn.facts import store
from wafaa.learn.facts.errors import FactsMissing
from wafaa.learn.facts.store import Manifest, list_versions

__all__ = [
    "Manifest",
    "close_facts",
    "counting_ahead",
    "find_manifest",
    "get_manifest",
    "list_versions",
    "open_facts",
]

if TYPE_CHECKING:
    from wafaa.learn.facts.engine import OpenFacts

_opened: "dict[tuple[Path, str], OpenFacts]" = {}
_opening = threading.Lock()
# What is about to become the present facts, for the thread that counts ahead.
_coming: ContextVar[Manifest | None] = ContextVar("coming", default=None)


def find_manifest(folder: Path | None = None) -> Manifest | None:
    """What the facts are at this moment; None before the first sync."""
    return (None if folder else _coming.get()) or store.read_manifest(folder or settings.FACTS_ROOT)


def get_manifest(folder: Path | None = None) -> Manifest:
    """Raises FactsMissing before the first sync."""
    manifest = find_manifest(folder)
    if manifest is None:
        raise FactsMissing
    return manifest


def open_facts(folder: Path | None = None) -> "OpenFacts":
    """The present facts, open for questions; opened once per version in a process and then used again.

    Raises FactsMissing before the first sync.
    """
    from wafaa.learn.facts.engine import OpenFacts

    manifest, folder = get_manifest(folder), folder or settings.FACTS_ROOT
    with _opening:
        present = _opened.get((folder, manifest.version))
        if present is None:
            # An older version closes itself when the last question to it is answered.
            _close_others(folder, manifest.version)
            present = _opened[folder, manifest.version] = OpenFacts(folder, manifest)
        else:
            present.manifest = manifest  # the same rows, in step with a later moment
    return present


@contextmanager
def counting_ahead(manifest: Manifest) -> Iterator[None]:
    """Inside, this thread takes the facts for what `manifest` says, all others still for what they are: so answers can be
    counted before the facts turn, and nobody waits for them afterwards.
    """
    token = _coming.set(manifest)
    try:
        yield
    finally:
        _coming.reset(token)


def _close_others(folder: Path, version: str) -> None:
    for other in [key for key in _opened if key[0] == folder and key[1] != version]:
        del _opened[other]


def close_facts(folder: Path | None = None) -> None:
    """Frees the engine's memory; the next question opens it again."""
    with _opening:
        _close_others(folder or settings.FACTS_ROOT, "")
