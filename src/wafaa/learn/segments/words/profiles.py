"""Conditions on the profile, as clauses."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext, pgettext_lazy

from wafaa.access.staff.rules import mask
from wafaa.kit.calendars import Calendar
from wafaa.learn.segments.offers import Offers
from wafaa.learn.segments.rules import tree as t
from wafaa.learn.segments.rules.windows import Between
from wafaa.learn.segments.words.parts import any_of, line, number, put, say_range, say_window, told

# As in “whose city is …”.
THEIR: Final[Mapping[str, Promise]] = {
    "external_id": pgettext_lazy("their", "customer number"),
    "name": pgettext_lazy("their", "name"),
    "email": pgettext_lazy("their", "e-mail"),
    "phone": pgettext_lazy("their", "phone"),
    "language": pgettext_lazy("their", "language"),
    "country": pgettext_lazy("their", "country"),
    "city": pgettext_lazy("their", "city"),
    "age": pgettext_lazy("their", "age"),
    "birth_date": pgettext_lazy("their", "birth date"),
}
# Where the names of a field's values are found.
NAMED_BY: Final = {"language": "languages", "country": "countries", "tags": "tags", "owner": "staff"}

# Whoever may not see personal data sees the first letter of such a value; of birth dates and own fields too.
PERSONAL: Final = frozenset({"name", "email", "phone"})
VEIL: Final = "••••"


def is_personal(field: str) -> bool:
    return field in PERSONAL or field == "birth_date" or field.startswith(t.OWN)


def veil(asked: t.Profile) -> t.Profile:
    """The condition without the values that may tell whom it means. Windows that move with today stay."""
    if not is_personal(asked.field):
        return asked
    match asked.test:
        case t.OneOf(values):
            return replace(asked, test=t.OneOf(tuple(dict.fromkeys(mask(str(one)) for one in values))))
        case t.Contains(text):
            return replace(asked, test=t.Contains(mask(text)))
        case t.Begins(text):
            return replace(asked, test=t.Begins(mask(text)))
        case t.Range() | t.Within(Between()):
            return replace(asked, test=t.OneOf((VEIL,)))
    return asked


def name_field(field: str, offers: Offers) -> SafeString:
    if field in THEIR:
        return put("%(name)s", name=str(THEIR[field]))
    key = field.removeprefix(t.OWN)
    return put(pgettext("their", "“%(field)s”"), field=told(offers.own_fields.get(key, key)))


def name_values(field: str, values: tuple[str, ...] | tuple[int, ...], offers: Offers) -> SafeString:
    kind = NAMED_BY.get(field)
    return any_of(offers.name(kind, str(one)) if kind else str(one) for one in values)


def say_profile(asked: t.Profile, offers: Offers) -> SafeString:
    match asked.field, asked.test:
        case "tags", test:
            return _say_tags(test, offers)
        case "owner", test:
            return _say_owner(test, offers)
        case "created_at", t.Within(window):
            return line(_("who became known to us"), say_window(window))
        case "birth_date", t.Yearly(first, last, calendar):
            is_hijri = calendar is Calendar.HIJRI
            words = _("whose Hijri birthday comes") if is_hijri else _("whose birthday comes")
            return line(words, _say_yearly(first, last))
    return _say_field(asked, offers)


def _say_field(asked: t.Profile, offers: Offers) -> SafeString:
    name = name_field(asked.field, offers)
    match asked.test:
        case t.OneOf(values):
            return put(
                _("whose %(field)s is %(values)s"),
                field=name,
                values=name_values(asked.field, values, offers),
            )
        case t.Contains(text):
            return put(_("whose %(field)s contains “%(text)s”"), field=name, text=told(text))
        case t.Begins(text):
            return put(_("whose %(field)s begins with “%(text)s”"), field=name, text=told(text))
        case t.Known(is_known):
            words = _("whose %(field)s is known") if is_known else _("whose %(field)s is not known")
            return put(words, field=name)
        case t.IsYes(is_yes):
            return put(_("whose %(field)s is yes") if is_yes else _("whose %(field)s is no"), field=name)
        case t.Range():
            return put(_("whose %(field)s is %(values)s"), field=name, values=say_range(asked.test))
        case t.Within(window):
            return put(_("whose %(field)s lies %(when)s"), field=name, when=say_window(window))
        case t.Yearly(first, last, calendar):
            is_hijri = calendar is Calendar.HIJRI
            words = (
                _("whose %(field)s comes round by the Hijri calendar %(when)s")
                if is_hijri
                else _("whose %(field)s comes round %(when)s")
            )
            return put(words, field=name, when=_say_yearly(first, last))


def _say_yearly(first: int, last: int) -> SafeString:
    if (first, last) == (0, 0):
        return put(_("today"))
    if first == 0:
        words = ngettext("today or in the next %(count)s day", "today or in the next %(count)s days", last)
        return put(words, count=number(last))
    if first == last:
        return put(ngettext("in %(count)s day", "in %(count)s days", last), count=number(last))
    words = ngettext("in %(first)s to %(count)s day", "in %(first)s to %(count)s days", last)
    return put(words, first=number(first), count=number(last))


def _say_tags(test: t.Test, offers: Offers) -> SafeString:
    if isinstance(test, t.Known):
        return put(_("who wear a tag") if test.is_known else _("who wear no tag"))
    assert isinstance(test, t.OneOf)
    return put(_("who wear the tag %(names)s"), names=name_values("tags", test.values, offers))


def _say_owner(test: t.Test, offers: Offers) -> SafeString:
    if isinstance(test, t.Known):
        return put(
            _("for whom somebody is responsible") if test.is_known else _("for whom nobody is responsible")
        )
    assert isinstance(test, t.OneOf)
    names = name_values("owner", test.values, offers)
    return put(_("for whom %(names)s is responsible"), names=names)


def say_not_profile(asked: t.Profile, offers: Offers) -> SafeString | None:
    """The opposite, where there is a shorter way to say it."""
    match asked.field, asked.test:
        case ("tags", t.OneOf(values)):
            return put(_("who do not wear the tag %(names)s"), names=name_values("tags", values, offers))
        case (_field, t.Known(is_known)):
            return say_profile(t.Profile(asked.field, t.Known(not is_known)), offers)
        case (field, t.OneOf(values)) if field != "owner":
            return put(
                _("whose %(field)s is not %(values)s"),
                field=name_field(field, offers),
                values=name_values(field, values, offers),
            )
    return None
