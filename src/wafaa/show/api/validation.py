"""What is wrong with which value: the validator's findings as RFC 9457 lists them, in the reader's language."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from wafaa.show.api.errors import ValidationFailed

# A body of a thousand wrong values is not told a thousand times.
ERRORS_MAX = 20
_WORDS = {
    "missing": gettext_lazy("This is missing."),
    "extra_forbidden": gettext_lazy("This name is not known here."),
    "string_type": gettext_lazy("This has to be text."),
    "string_too_long": gettext_lazy("This is too long: %(max_length)s characters at most."),
    "string_too_short": gettext_lazy("This is too short: %(min_length)s characters at least."),
    "string_pattern_mismatch": gettext_lazy("This does not have the right form."),
    "too_long": gettext_lazy("Too many: %(max_length)s at most."),
    "int_parsing": gettext_lazy("This has to be a whole number."),
    "int_parsing_size": gettext_lazy("This number is too large."),
    "int_type": gettext_lazy("This has to be a whole number."),
    "bool_parsing": gettext_lazy("This has to be true or false."),
    "greater_than_equal": gettext_lazy("This has to be %(ge)s or more."),
    "less_than_equal": gettext_lazy("This has to be %(le)s or less."),
    "uuid_parsing": gettext_lazy("This is no UUID."),
    "literal_error": gettext_lazy("This has to be one of: %(expected)s."),
    "enum": gettext_lazy("This has to be one of: %(expected)s."),
    "timezone_aware": gettext_lazy("This time needs its zone, such as Z or +03:00."),
    "datetime_from_date_parsing": gettext_lazy(
        "This is no time as in RFC 3339, such as 2026-03-01T09:00:00Z."
    ),
    "datetime_parsing": gettext_lazy("This is no time as in RFC 3339, such as 2026-03-01T09:00:00Z."),
    "dict_type": gettext_lazy("This has to be an object."),
    "model_attributes_type": gettext_lazy("This has to be an object."),
}


def read_errors(found: Sequence[Mapping[str, Any]]) -> ValidationFailed:
    """Each place once; where a value fits none of several kinds, the first reason stands."""
    told: dict[tuple[str, str], dict[str, str]] = {}
    for one in found:
        place = _find_place(one["loc"])
        told.setdefault(next(iter(place.items())), {"detail": _say(one), **place})
    return ValidationFailed(list(told.values())[:ERRORS_MAX])


def refuse_parameters(names: Sequence[str]) -> ValidationFailed:
    """Names in the address that mean nothing here."""
    words = str(_WORDS["extra_forbidden"])
    return ValidationFailed([{"detail": words, "parameter": name[:100]} for name in names[:ERRORS_MAX]])


def _find_place(loc: Sequence[Any]) -> dict[str, str]:
    """A JSON pointer into the body, or the parameter's name.

    The location begins with its source and the argument's name; behind a name of ours stand the validator's own words.
    """
    source, _argument, *parts = (*loc, "", "")[: max(len(loc), 2)]
    parts = [part for part in parts if not _is_validators_own(part)]
    if source == "body":
        return {"pointer": "#" + "".join("/" + _escape(str(part)) for part in parts)}
    return {"parameter": str(parts[0] if parts else _argument)}


def _is_validators_own(part: Any) -> bool:
    """`function-after[...]`, `constrained-str`, `bool`: which kind of several was tried; no field is called so."""
    text = str(part)
    return text == "[key]" or "[" in text or text in {"bool", "int", "float", "str", "constrained-str"}


def _escape(part: str) -> str:
    return part.replace("~", "~0").replace("/", "~1")


def _say(one: Mapping[str, Any]) -> str:
    kind, context = str(one["type"]), one.get("ctx") or {}
    if kind == "value_error":  # our own validators speak in words that are translated
        return _(str(context.get("error", "")))
    words = _WORDS.get(kind)
    try:
        return str(words) % context if words else _("This value is not right here.")
    except KeyError:
        return _("This value is not right here.")
