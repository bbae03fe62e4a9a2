"""Translations without system tools: every room's .po is refreshed from its sources, checked and compiled with Babel.

python -m wafaa.run.messages update|compile|check
"""

import ast
import re
import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

PACKAGE = Path(__file__).parents[1]
LANGUAGE = "ar"
PLURALS = "nplurals=6; plural=n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : n%100>=3 && n%100<=10 ? 3 : n%100>=11 && n%100<=99 ? 4 : 5;"

# Function name -> how many leading text arguments, and whether the first is a context.
_CALLS = {
    "_": (1, False),
    "say": (1, False),  # the command line's gettext: wafaa.run.words
    "say_many": (2, False),
    "gettext": (1, False),
    "gettext_lazy": (1, False),
    "gettext_noop": (1, False),
    "ngettext": (2, False),
    "ngettext_lazy": (2, False),
    "pgettext": (2, True),
    "pgettext_lazy": (2, True),
    "npgettext": (3, True),
}
# All texts of the call at once: a text may hold a bracket itself, as in '%(shown)s days'.
_TEMPLATE_CALL = re.compile(
    r"\b(_|gettext|ngettext|pgettext|npgettext)\(((?:u?(?:'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\")\s*,?\s*)+)",
    re.DOTALL,
)
_TEXT = re.compile(r"u?('(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\")", re.DOTALL)

Found = tuple[str | None, tuple[str, ...]]  # context, texts


def list_rooms() -> list[Path]:
    """Folders that carry a locale of their own: the package itself and every Django app."""
    return [PACKAGE, *sorted(path.parent for path in PACKAGE.rglob("apps.py"))]


def list_sources(room: Path, rooms: list[Path]) -> list[Path]:
    """Python files and templates that belong to this room and to no room inside it."""
    inner = [other for other in rooms if other != room and room in other.parents]
    files = [*room.rglob("*.py"), *room.rglob("*.html"), *room.rglob("*.txt")]
    return sorted(
        path
        for path in files
        if not any(other in path.parents for other in inner)
        and not {"tests", "migrations", "locale", "static"} & set(path.relative_to(room).parts)
    )


def find_in_python(text: str) -> Iterator[tuple[int, Found]]:
    for node in ast.walk(ast.parse(text)):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
        if name not in _CALLS:
            continue
        count, has_context = _CALLS[name]
        texts = [
            arg.value
            for arg in node.args[:count]
            if isinstance(arg, ast.Constant) and isinstance(arg.value, str)
        ]
        if len(texts) == count:
            yield node.lineno, (texts[0] if has_context else None, tuple(texts[1:] if has_context else texts))


def find_in_template(text: str, origin: str) -> Iterator[tuple[int, Found]]:
    from django.utils.translation.template import templatize

    pseudo = templatize(text, origin=origin)
    for call in _TEMPLATE_CALL.finditer(pseudo):
        count, has_context = _CALLS[call.group(1)]
        texts = [ast.literal_eval(found) for found in _TEXT.findall(call.group(2))][:count]
        if len(texts) == count:
            line = pseudo.count("\n", 0, call.start()) + 1
            yield line, (texts[0] if has_context else None, tuple(texts[1:] if has_context else texts))


def extract(room: Path, rooms: list[Path]) -> Catalog:
    catalog = Catalog(charset="utf-8")
    for path in list_sources(room, rooms):
        text = path.read_text(encoding="utf-8")
        found = find_in_python(text) if path.suffix == ".py" else find_in_template(text, str(path))
        for _line, (context, texts) in found:
            key = texts[0] if len(texts) == 1 else (texts[0], texts[1])
            if texts[0]:
                catalog.add(key, context=context, locations=[(path.relative_to(PACKAGE).as_posix(), 0)])
    return catalog


def po_path(room: Path) -> Path:
    return room / "locale" / LANGUAGE / "LC_MESSAGES" / "django.po"


def read_catalog(path: Path) -> Catalog:
    if not path.exists():
        return Catalog(locale=LANGUAGE, charset="utf-8")
    return read_po(BytesIO(path.read_bytes()), locale=LANGUAGE, charset="utf-8")


def render(catalog: Catalog) -> bytes:
    """The .po text: no dates and no line numbers, so that it changes only when words do."""
    buffer = BytesIO()
    write_po(
        buffer,
        catalog,
        omit_header=True,
        sort_output=True,
        width=110,
        include_lineno=False,
        ignore_obsolete=True,
    )
    header = (
        'msgid ""\nmsgstr ""\n"Language: ar\\n"\n"Content-Type: text/plain; charset=UTF-8\\n"\n'
        f'"Content-Transfer-Encoding: 8bit\\n"\n"Plural-Forms: {PLURALS}\\n"\n\n'
    )
    return header.encode() + buffer.getvalue()


def update() -> None:
    """Brings every .po in step with the sources; finished translations are kept, dropped words go."""
    rooms = list_rooms()
    for room in rooms:
        template = extract(room, rooms)
        if not len(template):
            continue
        path = po_path(room)
        old = read_catalog(path)
        fresh = Catalog(locale=LANGUAGE, charset="utf-8")
        for message in template:
            if message.id:
                before = old.get(_key(message), message.context)
                fresh.add(
                    message.id,
                    string=before.string if before and _same_shape(before, message) else _empty(message),
                    locations=message.locations,
                    context=message.context,
                    flags=message.flags,
                )
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(render(fresh))


def _key(message: Message) -> str:
    return message.id if isinstance(message.id, str) else message.id[0]


def _same_shape(before: Message, message: Message) -> bool:
    return isinstance(before.string, str) == isinstance(message.id, str)


def _empty(message: Message) -> str | tuple[str, ...]:
    return "" if isinstance(message.id, str) else ("",) * 6


def compile_all() -> None:
    """Writes each .mo whose .po is newer."""
    for room in list_rooms():
        source = po_path(room)
        target = source.with_suffix(".mo")
        if source.exists() and (not target.exists() or target.stat().st_mtime < source.stat().st_mtime):
            with target.open("wb") as out:
                write_mo(out, read_catalog(source))


def list_problems() -> list[str]:
    """Words of the sources without an Arabic translation, and translations that lost a placeholder."""
    rooms = list_rooms()
    problems = []
    for room in rooms:
        known = read_catalog(po_path(room))
        for message in extract(room, rooms):
            if not message.id:
                continue
            found = known.get(_key(message), message.context)
            where = f"{po_path(room).relative_to(PACKAGE)}: {_key(message)!r}"
            if not found or not _is_complete(found):
                problems.append(f"{where} is not translated")
            elif lost := _lost_placeholders(found):
                problems.append(f"{where} lost {', '.join(sorted(lost))}")
    return problems + list_contradictions()


def list_contradictions() -> list[str]:
    """Words that two rooms translate differently: Django merges all catalogues, so one of them would win everywhere."""
    said: dict[Found, set[tuple[str, ...]]] = {}
    for room in list_rooms():
        for message in read_catalog(po_path(room)):
            if message.id and _is_complete(message):
                texts = (message.id,) if isinstance(message.id, str) else tuple(message.id)
                said.setdefault((message.context, texts), set()).add(tuple(_strings(message)))
    return [
        f"{texts[0]!r} is translated in two ways" for (_context, texts), ways in said.items() if len(ways) > 1
    ]


def _is_complete(message: Message) -> bool:
    strings = _strings(message)
    return len(strings) == (1 if isinstance(message.id, str) else 6) and all(strings)


def _strings(message: Message) -> list[str]:
    """The translation's forms: one, or the plurals."""
    return [message.string] if isinstance(message.string, str) else list(message.string or ())


def _lost_placeholders(message: Message) -> set[str]:
    """Named placeholders must survive in singular texts; plural forms for 0, 1, 2 may spell the number out."""
    names = re.compile(r"%\((\w+)\)|\{(\w+)\}")
    ids = [message.id] if isinstance(message.id, str) else list(message.id)
    strings = _strings(message)[0 if isinstance(message.id, str) else 3 :]
    wanted = {name for text in ids for pair in names.findall(text) for name in pair if name}
    return {name for name in wanted for text in strings if name not in text}


def main(command: str) -> int:
    if command == "update":
        update()
    elif command == "compile":
        compile_all()
    else:
        problems = list_problems()
        sys.stdout.write("\n".join([*problems, f"{len(problems)} untranslated"]) + "\n")
        return 1 if problems else 0
    return 0


if __name__ == "__main__":
    from django.conf import settings

    # templates are only read here, so no database or secret is needed
    if not settings.configured:
        settings.configure(USE_I18N=True)
    sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else "check"))
