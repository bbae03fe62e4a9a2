"""What can go wrong with segments, in words that say what to do."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from wafaa.kit.errors import WafaaError
from wafaa.learn.segments.rules import DefinitionBroken

_REASONS = {
    "not_an_object": _("an object is expected"),
    "not_one_key": _("exactly one key is expected"),
    "unknown_key": _("this key is not known"),
    "missing": _("this is missing"),
    "unknown_value": _("this value is not known"),
    "not_a_list": _("a list is expected"),
    "not_a_text": _("a text is expected"),
    "not_a_number": _("a number is expected"),
    "not_a_day": _("a day such as 2026-03-15 is expected"),
    "not_a_truth": _("true or false is expected"),
    "empty": _("it must not be empty"),
    "too_long": _("it is too long"),
    "too_many": _("these are too many"),
    "too_deep": _("conditions lie too deep within each other"),
    "out_of_range": _("the number is out of range"),
    "no_range": _("say at least one end: from, to, min or max"),
    "range_is_empty": _("the beginning lies behind the end"),
    "test_does_not_fit": _("this cannot be asked here"),
    "own_event": _("ask for the segment itself, not for who entered or left it"),
}


class SegmentMissing(WafaaError):
    code = "segment_missing"
    status = 404
    message = _("There is no such segment.")


class SegmentUnreadable(WafaaError):
    code = "segment_unreadable"
    status = 422
    message = _("The definition cannot be read at {path}: {problem}. {known}")

    @classmethod
    def of(cls, broken: DefinitionBroken) -> "SegmentUnreadable":
        told: dict[str, Any] = {
            "path": broken.path,
            "reason": broken.reason,
            "problem": _REASONS[broken.reason],
        }
        facts = broken.facts
        span = f"{facts['low']} … {facts['high']}" if {"low", "high"} <= facts.keys() else ""
        return cls(**told, known=facts.get("known") or facts.get("limit") or span)


class SegmentsCircle(WafaaError):
    code = "segments_circle"
    status = 422
    message = _("These conditions lead in a circle: “{name}” would ask for itself.")


class SegmentNeeded(WafaaError):
    code = "segment_needed"
    status = 409
    message = _("Other segments ask for this one: {names}. Change those first.")


class SegmentFixed(WafaaError):
    code = "segment_fixed"
    status = 409
    message = _("A ready-made segment cannot be changed or removed. Make one of your own from it.")


class NotAList(WafaaError):
    code = "not_a_list"
    status = 409
    message = _("This segment is made by conditions; only a list takes customers by hand.")
