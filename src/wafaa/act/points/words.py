"""What movements and reasons are called, and how amounts are written, for staff."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext as _

from wafaa.act.points.models import Unit
from wafaa.act.points.rules import Coming, Kind, Limits, Role
from wafaa.design.formats import format_number
from wafaa.kit.money import format_money
from wafaa.kit.text import choose_words

KINDS: dict[Kind, Promise] = {
    Kind.AWARD: pgettext_lazy("ledger", "Awarded"),
    Kind.RIPEN: pgettext_lazy("ledger", "Became available"),
    Kind.SPEND: pgettext_lazy("ledger", "Spent"),
    Kind.HOLD: pgettext_lazy("ledger", "Held"),
    Kind.CAPTURE: pgettext_lazy("ledger", "Spent from a hold"),
    Kind.RELEASE: pgettext_lazy("ledger", "Hold released"),
    Kind.EXPIRE: pgettext_lazy("ledger", "Expired"),
    Kind.RESTORE: pgettext_lazy("ledger", "Put back"),
    Kind.REVERSE: pgettext_lazy("ledger", "Taken back"),
    Kind.MOVE: pgettext_lazy("ledger", "Moved"),
    Kind.ADJUST: pgettext_lazy("ledger", "Put right by hand"),
    Kind.SETTLE: pgettext_lazy("ledger", "Paid what was owed"),
    Kind.MERGE: pgettext_lazy("ledger", "Moved by a merge"),
}
ROLES: dict[Role, Promise] = {
    Role.ACTIVE: pgettext_lazy("ledger", "available"),
    Role.PENDING: pgettext_lazy("ledger", "pending"),
    Role.HELD: pgettext_lazy("ledger", "held"),
    Role.OWED: pgettext_lazy("ledger", "owed"),
    Role.SPENT: pgettext_lazy("ledger", "spent"),
    Role.EXPIRED: pgettext_lazy("ledger", "expired"),
    Role.ISSUED: pgettext_lazy("ledger", "taken back"),
    Role.ADJUSTED: pgettext_lazy("ledger", "put right"),
    Role.FORGIVEN: pgettext_lazy("ledger", "forgiven"),
}
# What staff choose from when they put a balance right.
REASONS: dict[str, Promise] = {
    "goodwill": pgettext_lazy("reason", "A gesture of goodwill"),
    "missing": pgettext_lazy("reason", "Something earned was not booked"),
    "mistake": pgettext_lazy("reason", "Something was booked by mistake"),
    "moved_in": pgettext_lazy("reason", "Moved in from another programme"),
    "other": pgettext_lazy("reason", "Something else"),
}
# What the usual units are called after a figure: after 1, 2 and hundreds, after 3 to 10, after 11 to 99. English knows the
# first and the last. Any other name stands as its owner wrote it. After 2 there is no dual: it says two by itself, so that it
# stands for the figure and never beside it (CLDR: "ليلتان", but "{0} بوصة"), and it bends in sentences ("مقابل نقطتين").
_COUNTED: dict[str, tuple[str, str, str]] = {
    "نقاط": ("نقطة", "نقاط", "نقطة"),
    "أختام": ("ختم", "أختام", "ختمًا"),
    "ليالٍ": ("ليلة", "ليالٍ", "ليلة"),
    "زيارات": ("زيارة", "زيارات", "زيارة"),
    "Points": ("point", "points", "points"),
    "Stamps": ("stamp", "stamps", "stamps"),
    "Nights": ("night", "nights", "nights"),
    "Visits": ("visit", "visits", "visits"),
}


def name_unit(unit: Unit) -> str:
    """In the reader's language where it was named so, else in another."""
    return choose_words(unit.name) or unit.code


def count_unit(amount: int, unit: Unit) -> str:
    """What the unit is called after this amount of it: 1 نقطة, 5 نقاط, 100 نقطة."""
    return count_name(amount / 10**unit.scale, name_unit(unit))


def count_name(number: float, name: str) -> str:
    """The same for a name that was chosen already."""
    forms = _COUNTED.get(name)
    if forms is None:
        return name
    single, few, many = forms
    if single.isascii():
        return single if abs(number) == 1 else many
    rest = int(abs(number)) % 100
    return few if 3 <= rest <= 10 else many if rest > 10 else single


def say_counted(amount: int, unit: Unit, *, signed: bool = False) -> SafeString:
    """A figure with its unit, each in its own direction."""
    return format_html("{} <bdi>{}</bdi>", say_amount(amount, unit, signed=signed), count_unit(amount, unit))


def gather_days(coming: Sequence[Coming], *, ends: bool = False) -> list[Coming]:
    """What comes, or ends, on the same day of the business is one: people read days."""
    sums: dict[object, Coming] = {}
    for one in coming:
        moment = one.at - timedelta(microseconds=1) if ends else one.at
        day = timezone.localtime(moment).date()
        sums[day] = replace(one, amount=one.amount + (sums[day].amount if day in sums else 0))
    return list(sums.values())


def say_amount(amount: int, unit: Unit, *, signed: bool = False) -> SafeString:
    """A figure that keeps its direction in any text: money as money, all else with the unit's decimals."""
    sign = ("+" if amount > 0 else "−" if amount < 0 else "") if signed else ("−" if amount < 0 else "")
    if unit.currency:
        written = format_money(abs(amount), unit.currency, get_language() or "")
    else:
        written = format_number(abs(amount) / 10**unit.scale, unit.scale)
    return format_html('<bdi class="num" dir="ltr">{}{}</bdi>', sign, written)


def say_limits(limits: Limits, unit: Unit) -> str:
    """What its holder puts right alone; empty without a limit."""
    spans = {"deed": limits.per_deed, "day": limits.per_day}
    told = {name: say_counted(most, unit) for name, most in spans.items() if most is not None}
    if len(told) == 2:
        words = _(
            "You put right up to %(deed)s at once and %(day)s in a day; above that another person decides."
        )
    elif "deed" in told:
        words = _("You put right up to %(deed)s at once; above that another person decides.")
    elif "day" in told:
        words = _("You put right up to %(day)s in a day; above that another person decides.")
    else:
        return ""
    return format_html(words.replace("%(deed)s", "{deed}").replace("%(day)s", "{day}"), **told)
