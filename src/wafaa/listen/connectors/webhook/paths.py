"""Where something stands in JSON: `data.items[0].name`; `a|b` is the first that says something, `=text` is the text itself."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from wafaa.listen.connectors.payload import TEXT_MAX, refuse

# More steps than any real body has.
STEPS_MAX = 20
_STEP = re.compile(r"\[(\d{1,4})\]|([^.\[\]]+)")
_PATH = re.compile(r"(?:\$\.?)?(?:[^.\[\]]+|\[\d{1,4}\])(?:\.[^.\[\]]+|\[\d{1,4}\])*")


def find(body: Any, path: str) -> Any:
    """None where nothing stands there."""
    if path.startswith("="):
        return path[1:]
    for one in path.split("|"):
        value = _follow(body, one.strip())
        if value not in (None, "", [], {}):
            return value
    return None


def find_text(body: Any, path: str, *, limit: int = TEXT_MAX) -> str:
    """Text or a number; raises ConnectorError(UNREADABLE, path) for anything else."""
    value = find(body, path)
    if value is None:
        return ""
    if isinstance(value, bool) or not isinstance(value, str | int | float) or "\0" in str(value):
        raise refuse(path)
    return str(value).strip()[:limit]


def check_path(path: str) -> bool:
    return path.startswith("=") or all(_PATH.fullmatch(one.strip()) for one in path.split("|"))


def read_pairs(text: str) -> dict[str, str]:
    """`agent=data.agent.name, duration=data.seconds` as a mapping; a name alone stands for the path of that name."""
    pairs: dict[str, str] = {}
    for part in text.split(","):
        name, sign, path = part.strip().partition("=")
        if name:
            pairs[name.strip()] = path.strip() if sign else name.strip()
    return pairs


def list_parts(body: Any, path: str, most: int) -> Iterator[Any]:
    """The objects of the list at `path`; the body itself where there is no path."""
    found = find(body, path) if path else body
    rows = found if isinstance(found, list) else [found]
    if found is None or len(rows) > most:
        raise refuse(path or "body")
    for row in rows:
        if not isinstance(row, dict):
            raise refuse(path or "body")
        yield row


def _follow(body: Any, path: str) -> Any:
    value = body if path else None
    for number, (index, name) in enumerate(_STEP.findall(path.removeprefix("$").lstrip("."))):
        if number >= STEPS_MAX:
            return None
        if index:
            value = value[int(index)] if isinstance(value, list) and int(index) < len(value) else None
        else:
            value = value.get(name) if isinstance(value, Mapping) else None
    return value
