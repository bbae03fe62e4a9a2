"""Reading facts: what they are (light), and open for questions (loads the engine)."""

import threading
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings

from wafaa.learn.facts import store
from wafaa.learn.facts.errors import FactsMissing
from wafaa.learn.facts.store import Manifest

if TYPE_CHECKING:
    from wafaa.learn.facts.engine import OpenFacts

_opened: "dict[Path, OpenFacts]" = {}
_opening = threading.Lock()


def find_manifest(folder: Path | None = None) -> Manifest | None:
    """What the facts are at this moment; None before the first sync."""
    return store.read_manifest(folder or settings.FACTS_ROOT)


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

    folder = folder or settings.FACTS_ROOT
    manifest = get_manifest(folder)
    with _opening:
        present = _opened.get(folder)
        if present is None or present.manifest.version != manifest.version:
            _opened.pop(folder, None)
            # An older version closes itself when the last question to it is answered.
            present = _opened[folder] = OpenFacts(folder, manifest)
        else:
            present.manifest = manifest  # the same rows, in step with a later moment
    return present


def close_facts(folder: Path | None = None) -> None:
    """Frees the engine's memory; the next question opens it again."""
    with _opening:
        _opened.pop(folder or settings.FACTS_ROOT, None)
