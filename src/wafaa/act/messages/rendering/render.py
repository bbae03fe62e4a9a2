"""render(): a compiled version and one person's values become what that person reads, or the reason why not."""

import re
from collections.abc import Mapping
from typing import Any

from wafaa.act.messages.rendering.liquid import TemplateBroken, TooMuch, fill, lead
from wafaa.act.messages.rendering.rules import (
    Content,
    Lack,
    Missing,
    Rendered,
    Rewrite,
    Setting,
    choose_language,
    is_rtl,
)
from wafaa.act.messages.rendering.sms import count_parts
from wafaa.act.messages.rendering.values import Root

__all__ = ["Content", "Missing", "Rendered", "Setting", "render"]

# An address in plain text, up to a space, a bracket or a mark of direction.
_ADDRESS = re.compile(r"https?://[^\s<>\"'\u2066-\u2069]*[^\s<>\"'\u2066-\u2069.,;:!?)\]،؛؟]")
_LINES = re.compile(r"\n{3,}")
_LINE = re.compile(r"[ \t]*\n[ \t]*")
PARAMETERS_MAX = 20


def render(
    content: Content,
    *,
    language: str,
    channel: str,
    values: Mapping[str, Any],
    setting: Setting,
    links: Mapping[str, str] | None = None,
    rewrite: Rewrite | None = None,
) -> Rendered | Missing:
    """What this person reads, in their `language` or the first that stands in for it.

    `values` by group, as rendering/names.py lists them: {"customer": {"first_name": "نورة"}, "order": {…}}; plain JSON,
    money as {"minor": 1250, "currency": "SAR"}, days and moments as ISO text or as Python has them. `links` are the
    addresses below `links.` (unsubscribe, preferences) and are never rewritten, nor are those of `survey`; they stand before
    those that values bring.
    Any other address of the web goes through `rewrite`. Pure: the same arguments give the same bytes. Never raises for what
    a value holds.
    """
    chosen = choose_language(content, channel, language)
    if chosen is None:
        return Missing(lack=Lack.CONTENT)
    links = links or {}
    told = values.get("links")
    brought = told if isinstance(told, Mapping) else {}
    root = Root({**values, "business": setting.business.get(chosen, {}), "links": {**brought, **links}})
    kept = frozenset(links.values()) | _list_own(values)
    filled: dict[str, str] = {}
    missing: dict[str, None] = {}
    try:
        for field, source in content.compiled[chosen][channel].items():
            text, absent = fill(
                source,
                values=root,
                language=chosen,
                setting=setting,
                is_html=field == "html",
                rewrite=rewrite,
                links=kept,
            )
            missing.update(dict.fromkeys(absent))
            filled[field] = text
    except TooMuch as error:
        return Missing(lack=Lack.LIMITS, detail=str(error))
    except TemplateBroken as error:
        return Missing(lack=Lack.BROKEN, detail=error.what)
    if missing:
        return Missing(lack=Lack.VALUES, names=tuple(missing))
    return _finish(filled, channel, chosen, rewrite, kept)


def _list_own(values: Mapping[str, Any]) -> frozenset[str]:
    """A survey's addresses say whose they are by themselves, and differ for everybody: led through us, each would be kept."""
    survey = values.get("survey")
    if not isinstance(survey, Mapping):
        return frozenset()
    choices = [one for one in survey.get("choices") or () if isinstance(one, Mapping)]
    return frozenset(
        str(one) for one in (survey.get("link"), *(choice.get("url") for choice in choices)) if one
    )


def _finish(
    filled: dict[str, str], channel: str, language: str, rewrite: Rewrite | None, links: frozenset[str]
) -> Rendered:
    text = _tidy(filled.get("text", ""))
    if rewrite is not None:
        text = _ADDRESS.sub(lambda found: found[0] if found[0] in links else rewrite(found[0]), text)
    url = filled.get("url", "").strip()
    parameters = [one.strip() for one in filled.get("parameters", "").split("\n") if one.strip()]
    return Rendered(
        channel=channel,
        language=language,
        direction="rtl" if is_rtl(language) else "ltr",
        subject=" ".join(filled.get("subject", "").split()),
        html=filled.get("html", ""),
        text=text,
        url=lead(url, rewrite, links).removeprefix("#") if url else "",
        name=filled.get("name", "").strip(),
        parameters=tuple(parameters[:PARAMETERS_MAX]),
        parts=count_parts(text) if channel == "sms" else None,
    )


def _tidy(text: str) -> str:
    """Conditions leave empty lines behind."""
    return _LINES.sub("\n\n", _LINE.sub("\n", text)).strip()
