"""Notes, tasks and files on the timeline: the events name them, here they get their words."""

import uuid
from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy

from wafaa.know.notes.queries import find_attachments, find_notes, find_tasks
from wafaa.know.notes.rules import say_file_name
from wafaa.stream.rules import StoredEvent

LETTERS_SHOWN = 140
# Event -> the property that names what it is about.
NOTED = {
    "Note Written": "note",
    "Task Set": "task",
    "Task Completed": "task",
    "Task Reopened": "task",
    "File Attached": "file",
}
_SENTENCES = {
    "Note Written": gettext_lazy("Note: %(said)s"),
    "Task Set": gettext_lazy("New task: %(said)s"),
    "Task Completed": gettext_lazy("Task done: %(said)s"),
    "Task Reopened": gettext_lazy("Task open again: %(said)s"),
    "File Attached": gettext_lazy("File attached: %(said)s"),
}


class Noted:
    """What a page of events speaks of, as far as it still stands and the reader may see it: three queries at most."""

    def __init__(
        self, shown: Iterable[tuple[StoredEvent, Mapping[str, Any]]], *, sees_personal: bool
    ) -> None:
        wanted: dict[str, set[uuid.UUID]] = {"note": set(), "task": set(), "file": set()}
        for event, properties in shown if sees_personal else ():
            if one := _read_uuid(event.name, properties):
                wanted[NOTED[event.name]].add(one)
        self._said: dict[uuid.UUID, str] = {
            **{key: _open(note.text) for key, note in find_notes(wanted["note"]).items()},
            **{key: task.what for key, task in find_tasks(wanted["task"]).items()},
            **{key: say_file_name(file.name) for key, file in find_attachments(wanted["file"]).items()},
        }

    def may_show(self, name: str, properties: Mapping[str, Any]) -> bool:
        """False for what was deleted; events about other things are not asked here."""
        return name not in NOTED or _read_uuid(name, properties) in self._said

    def say(self, name: str, properties: Mapping[str, Any]) -> SafeString:
        key = _read_uuid(name, properties)
        said = Truncator(self._said.get(key, "") if key else "").chars(LETTERS_SHOWN)
        isolated = format_html('<bdi class="told">{}</bdi>', said)
        return format_html(str(_SENTENCES[name]).replace("%(said)s", "{}"), isolated)


def _read_uuid(name: str, properties: Mapping[str, Any]) -> uuid.UUID | None:
    try:
        return uuid.UUID(str(properties.get(NOTED[name], ""))) if name in NOTED else None
    except ValueError:
        return None


def _open(text: str) -> str:
    """Its first line: the next may run the other way."""
    first, line_break, _rest = text.partition("\n")
    return f"{first} …" if line_break else first
