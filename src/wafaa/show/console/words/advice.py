"""Advice in sentences: what was found, why it matters, and the step to take."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from django.utils.safestring import SafeString
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from wafaa.design.formats import format_date
from wafaa.show.console.advice import Advice
from wafaa.show.words import money, number, percent, say, within_days

Tone = Literal["bad", "warn", "good", "plain"]


@dataclass(frozen=True, kw_only=True)
class Told:
    """Advice as the page shows it; `step` is the text of the button."""

    finding: SafeString
    why: SafeString
    step: SafeString
    tone: Tone = "plain"


def tell(advice: Advice, currency: str) -> Told:
    return _TELLERS[advice.kind](advice, currency)


def _bring_orders(advice: Advice, currency: str) -> Told:
    return Told(
        finding=say(_("There are no orders yet.")),
        why=say(
            _("An export of your till or shop system is enough: a customer, a date and an amount per order.")
        ),
        step=say(_("Bring your orders")),
    )


def _bring_newer_orders(advice: Advice, currency: str) -> Told:
    assert advice.day is not None
    return Told(
        finding=say(_("The newest order is of {day}."), day=format_date(advice.day, get_language() or "")),
        why=say(_("All figures stand as of that day. What happened since then is not in them.")),
        step=say(_("Bring newer orders")),
        tone="warn",
    )


def _win_back(advice: Advice, currency: str) -> Told:
    text = ngettext(
        "{count} customer who was among the best has stopped coming; so far this customer spent {money}.",
        "{count} customers who were among the best have stopped coming; so far they spent {money}.",
        advice.count,
    )
    return Told(
        finding=say(text, count=number(advice.count), money=money(advice.minor, currency)),
        why=say(
            _(
                "Winning back one of the best brings more than many new customers. Call them, listen and put it right."
            )
        ),
        step=say(_("See whom to call")),
        tone="bad",
    )


def _hold(advice: Advice, currency: str) -> Told:
    text = ngettext(
        "{count} customer who used to order often is about to leave; so far this customer spent {money}.",
        "{count} customers who used to order often are about to leave; so far they spent {money}.",
        advice.count,
    )
    return Told(
        finding=say(text, count=number(advice.count), money=money(advice.minor, currency)),
        why=say(
            _(
                "They know you and liked you once. A personal message now costs less than a new customer later."
            )
        ),
        step=say(_("See whom to write to")),
        tone="warn",
    )


def _second_order(advice: Advice, currency: str) -> Told:
    text = ngettext(
        "{count} customer ordered once and has waited longer than usual: half of all next orders come within {days}.",
        "{count} customers ordered once and have waited longer than usual: half of all next orders come within {days}.",
        advice.count,
    )
    return Told(
        finding=say(text, count=number(advice.count), days=within_days(advice.days or 0)),
        why=say(
            _("The second order makes the habit. Ask how the first one was and give a reason for the next.")
        ),
        step=say(_("See who ordered once")),
        tone="warn",
    )


def _refunds_up(advice: Advice, currency: str) -> Told:
    return Told(
        finding=say(
            _("Refunds rose to {share} of gross; in the period before they were {before}."),
            share=percent(advice.share),
            before=percent(advice.share_before),
        ),
        why=say(_("What comes back was not what was expected. A few products usually cause most of it.")),
        step=say(_("See refunds by category")),
        tone="bad",
    )


def _ask_for_phone(advice: Advice, currency: str) -> Told:
    text = ngettext(
        "{count} order ({share} of all, worth {money}) has no customer and counts in no figure of loyalty.",
        "{count} orders ({share} of all, worth {money}) have no customer and count in no figure of loyalty.",
        advice.count,
    )
    return Told(
        finding=say(
            text,
            count=number(advice.count),
            share=percent(advice.share),
            money=money(advice.minor, currency),
        ),
        why=say(
            _("Ask for the phone number at the till: it is enough to recognise a customer who comes again.")
        ),
        step=say(_("See these orders")),
        tone="warn",
    )


def _lapse_window_short(advice: Advice, currency: str) -> Told:
    return Told(
        finding=say(
            _(
                "One in four customers takes more than {upper} to come again, but after {window} they count as lost."
            ),
            upper=within_days(advice.days_upper or 0),
            window=within_days(advice.count),
        ),
        why=say(_("With so short a lapse window, retention looks worse than it is.")),
        step=say(_("Change the lapse window")),
    )


def _lapse_window_long(advice: Advice, currency: str) -> Told:
    return Told(
        finding=say(
            _(
                "Three of four customers come again within {upper}, but only after {window} do they count as lost."
            ),
            upper=within_days(advice.days_upper or 0),
            window=within_days(advice.count),
        ),
        why=say(_("With so long a lapse window, you hear of a leaving customer too late.")),
        step=say(_("Change the lapse window")),
    )


def _depends_on_few(advice: Advice, currency: str) -> Told:
    text = ngettext(
        "{count} customer ({share} of all) brings 80% of gross.",
        "{count} customers ({share} of all) bring 80% of gross.",
        advice.count,
    )
    return Told(
        finding=say(text, count=number(advice.count), share=percent(advice.share)),
        why=say(_("Losing a few of them would be felt at once. Know them by name.")),
        step=say(_("See the curve")),
    )


def _other_currencies(advice: Advice, currency: str) -> Told:
    text = ngettext(
        "{count} order is in another currency and is in no figure.",
        "{count} orders are in other currencies and are in no figure.",
        advice.count,
    )
    return Told(
        finding=say(text, count=number(advice.count)),
        why=say(
            _("Figures speak of the reporting currency only, so that nothing is added up at a guessed rate.")
        ),
        step=say(_("See the settings")),
    )


def _thank_the_best(advice: Advice, currency: str) -> Told:
    text = ngettext(
        "{count} customer orders often, lately and for most: {money} so far.",
        "{count} customers order often, lately and for most: {money} so far.",
        advice.count,
    )
    return Told(
        finding=say(text, count=number(advice.count), money=money(advice.minor, currency)),
        why=say(_("They are your champions. Thank them by name, and ask them to recommend you.")),
        step=say(_("See your champions")),
        tone="good",
    )


_TELLERS: dict[str, Callable[[Advice, str], Told]] = {
    "bring_orders": _bring_orders,
    "bring_newer_orders": _bring_newer_orders,
    "win_back": _win_back,
    "hold": _hold,
    "second_order": _second_order,
    "refunds_up": _refunds_up,
    "ask_for_phone": _ask_for_phone,
    "lapse_window_short": _lapse_window_short,
    "lapse_window_long": _lapse_window_long,
    "depends_on_few": _depends_on_few,
    "other_currencies": _other_currencies,
    "thank_the_best": _thank_the_best,
}
