"""The lines that a shop puts on its pages, made from what a collector of kind embed or popup is set to."""

from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlencode

from django.utils.html import escape

# What a collector's settings are called; each but the first is for pop-ups. surveys.js reads them as attributes of a line that
# a shop wrote by hand, and by these names where it asks for the console's.
ATTRIBUTES: Final[dict[str, str]] = {
    "language": "data-language",
    "event": "data-event",
    "path": "data-path",
    "scroll": "data-scroll",
    "after": "data-after",
    "audience": "data-audience",
    "share": "data-share",
    "quiet": "data-quiet",
}
# Whom a page can tell apart by itself; others are known to the installation alone.
AUDIENCES: Final = ("known", "unknown")


def write_snippet(
    *,
    kind: str,
    token: str,
    site: str,
    link_text: str,
    settings: Mapping[str, Any],
    hidden: Mapping[str, str] | None = None,
) -> str:
    """`site` is this installation's address without a slash at its end. Everything is escaped for HTML.

    A pop-up that the console steers needs the script alone.
    """
    is_pop_up = kind == "popup"
    script = f'<script async src="{escape(site)}/surveys.js"></script>'
    if is_pop_up and settings.get("managed"):
        return script
    attributes = [("data-wafaa-popup" if is_pop_up else "data-wafaa-survey", token)]
    for name, attribute in ATTRIBUTES.items():
        if (is_pop_up or name == "language") and settings.get(name) not in (None, ""):
            attributes.append((attribute, str(settings[name])))
    if hidden:
        attributes.append(("data-with", urlencode(hidden)))
    line = " ".join(f'{name}="{escape(value)}"' for name, value in attributes)
    if is_pop_up and settings.get("exit"):
        line += " data-exit"
    inside = "" if is_pop_up else f'<a href="{escape(f"{site}/s/{token}/")}">{escape(link_text)}</a>'
    return f"<div {line}>{inside}</div>\n{script}"
