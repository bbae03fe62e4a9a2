"""What a draft, or a version, does otherwise than the one before it, as sentences."""

from collections.abc import Iterator, Mapping

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from wafaa.decide.loyalty.queries import compare_versions
from wafaa.decide.loyalty.rules import Span
from wafaa.decide.loyalty.rules.content import Content
from wafaa.decide.loyalty.words import SPANS, UNNAMED, choose_name, join_words, say_rule
from wafaa.design.formats import format_number
from wafaa.kit.money import format_money

Change = dict[str, str]


def say_changes(
    before: Content, after: Content, units: Mapping[str, str], names: Mapping[str, str] = UNNAMED
) -> list[Change]:
    """As it was, and as it is; one of them is empty where something came or went."""
    changes = [
        {
            "before": say_rule(old, units, names) if old else "",
            "after": say_rule(new, units, names) if new else "",
        }
        for old, new in compare_versions(before, after)
    ]
    changes += [
        {"before": old, "after": new}
        for old, new in zip(_say_others(before), _say_others(after), strict=True)
        if old != new
    ]
    return [*changes, *_say_tiers(before, after)]


def _say_others(content: Content) -> list[str]:
    """Worth, caps and ends: one line for each, empty where nothing is said."""
    language = get_language() or "en"
    worth, caps = content.worth, content.cap_points
    told = [
        _("%(points)s are worth %(money)s")
        % {
            "points": format_number(worth.points),
            "money": format_money(worth.minor, worth.currency, language),
        }
        if worth
        else "",
        *(
            _("One customer gets at most %(count)s %(span)s by all rules together")
            % {"count": format_number(caps[span]), "span": SPANS[span]}
            if caps.get(span)
            else ""
            for span in Span
        ),
        _("Owners are told so many days before an end: %(days)s")
        % {"days": join_words([format_number(one) for one in content.warns])}
        if content.warns
        else "",
        _("Months without an activity until everything ends: %(months)s")
        % {"months": format_number(content.idle_months)}
        if content.idle_months
        else "",
        _("Days for which staff can bring back what ended: %(days)s")
        % {"days": format_number(content.back_days)},
    ]
    return [str(one) for one in told]


def _say_tiers(before: Content, after: Content) -> Iterator[Change]:
    """That a set changed; each of its tiers is read on the page of tiers."""
    old = {one.code: one for one in before.tier_sets}
    new = {one.code: one for one in after.tier_sets}
    for code in dict.fromkeys([*new, *old]):
        if old.get(code) == new.get(code):
            continue
        name = choose_name((new.get(code) or old[code]).name) or _("New set of tiers")
        if code not in old:
            yield {"before": "", "after": _("Tiers: %(set)s") % {"set": name}}
        elif code not in new:
            yield {"before": _("Tiers: %(set)s") % {"set": name}, "after": ""}
        else:
            yield {"before": "", "after": _("The tiers of “%(set)s” were changed") % {"set": name}}
