"""Why somebody is in or out, term by term: what was asked, what was found, and until when that stands."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import pgettext, pgettext_lazy

from wafaa.access.staff.rules import mask
from wafaa.learn.segments.explaining import LONG, Term
from wafaa.learn.segments.offers import CLASS_LABELS, name_group
from wafaa.learn.segments.rules import read_tree
from wafaa.learn.segments.rules import tree as t
from wafaa.learn.segments.words.parts import amount, any_of, day, number, put, times, told
from wafaa.learn.segments.words.profiles import NAMED_BY, VEIL, is_personal
from wafaa.learn.segments.words.sentences import Sentences

JOINS: Final[Mapping[str, Promise]] = {
    "all": pgettext_lazy("reason", "all of these:"),
    "any": pgettext_lazy("reason", "at least one of these:"),
    "not": pgettext_lazy("reason", "not this:"),
}


@dataclass(frozen=True, kw_only=True)
class Reason:
    """One node: `words` are what was asked, `found` what is so; with `parts` it only joins them."""

    words: SafeString
    holds: bool
    found: SafeString
    flips_at: datetime | None
    parts: Sequence["Reason"] = ()


def give_reason(term: Term, sentences: Sentences) -> Reason:
    parts = [give_reason(part, sentences) for part in term.parts]
    if term.kind in JOINS:
        return Reason(
            words=put(str(JOINS[term.kind])),
            holds=term.holds,
            found=SafeString(""),
            flips_at=term.flips_at,
            parts=parts,
        )
    if term.kind == LONG:
        words, nothing = put(_("the history is too long to be listed")), SafeString("")
        return Reason(words=words, holds=term.holds, found=nothing, flips_at=term.flips_at)
    asked = read_tree({term.kind: dict(term.wanted)}, is_expanded=True)
    return Reason(
        words=sentences.say_part(asked),
        holds=term.holds,
        found=_say_found(asked, term.value, sentences),
        flips_at=term.flips_at,
    )


def _say_found(asked: t.Tree, value: Any, sentences: Sentences) -> SafeString:
    match asked:
        case t.Orders(measure=t.Measure.SUM | t.Measure.AVERAGE):
            currency = asked.where.currency or sentences.offers.currency
            return amount(value, currency) if value is not None else put(_("no orders"))
        case t.Orders() | t.Events() | t.AtStore():
            return _say_plain(value) if not isinstance(value, int) else times(value)
        case t.Consent():
            said = {True: _("allowed"), False: _("refused"), None: _("never said")}
            return put(said[value])
        case t.Rfm():
            return told(name_group(value)) if value else put(_("no orders"))
        case t.Pareto():
            return told(CLASS_LABELS[value]) if value else put(_("no orders"))
        case t.Listed():
            return SafeString("")
        case t.Profile():
            return _say_of_profile(asked, value, sentences)
    return _say_plain(value)


def _say_of_profile(asked: t.Profile, value: Any, sentences: Sentences) -> SafeString:
    if value in (None, "", []):
        return put(
            pgettext("found", "unknown")
            if asked.field not in {"tags", "owner"}
            else pgettext("found", "none")
        )
    if is_personal(asked.field) and not sentences.sees_personal:
        return told(mask(value) if isinstance(value, str) else VEIL)
    kind = NAMED_BY.get(asked.field)
    if isinstance(value, list):
        return any_of(sentences.offers.name(kind or "", str(one)) for one in value)
    return told(sentences.offers.name(kind, str(value))) if kind else _say_plain(value)


def _say_plain(value: Any) -> SafeString:
    match value:
        case None:
            return put(pgettext("found", "never"))
        case datetime():
            return day(timezone.localtime(value).date())
        case date():
            return day(value)
        case bool():
            return put(pgettext("answer", "Yes") if value else pgettext("answer", "No"))
        case int() | float() | Decimal():
            return number(float(value))
    return told(value)
