"""What became of the last backups: a small file in the data directory, which outlives the database."""

import os
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

import msgspec
from django.conf import settings

from wafaa.kit import clock
from wafaa.kit.errors import WafaaError
from wafaa.run.backup.writing import Made


@dataclass(frozen=True, kw_only=True)
class Record:
    """The last good backup and the last failure; empty or None where there was none."""

    made_at: datetime | None = None
    file: str = ""
    size_bytes: int = 0
    seconds: float = 0.0
    failed_at: datetime | None = None
    reason: str = ""

    @property
    def is_failing(self) -> bool:
        """Whether the last attempt failed."""
        return self.failed_at is not None and (self.made_at is None or self.failed_at > self.made_at)


def read_record() -> Record:
    try:
        return msgspec.json.decode(_get_path().read_bytes(), type=Record)
    except (OSError, msgspec.MsgspecError):
        return Record()


def note_made(made: Made) -> None:
    _write(
        replace(
            read_record(),
            made_at=clock.now(),
            file=str(made.file),
            size_bytes=made.size_bytes,
            seconds=round(made.seconds, 1),
        )
    )


def note_failure(error: Exception) -> None:
    """Kept is the reason alone: the sentence around it is made in the reader's language."""
    facts = error.facts if isinstance(error, WafaaError) else {}
    _write(replace(read_record(), failed_at=clock.now(), reason=str(facts.get("reason") or error)))


def _write(record: Record) -> None:
    path = _get_path()
    draft = path.with_suffix(f".{os.getpid()}")
    draft.write_bytes(msgspec.json.encode(record))
    draft.replace(path)


def _get_path() -> Path:
    return Path(settings.HOME) / "backups.json"
