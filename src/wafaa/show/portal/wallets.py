"""What a member has: balances, what is on its way and what ends when, and every movement with its reason."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.utils.translation import pgettext, pgettext_lazy

from wafaa.act.points.models import Transfer, Unit, Wallet
from wafaa.act.points.queries import SHOWN, as_entry, find_wallets, get_balance, list_entries
from wafaa.act.points.rules import Coming, Kind, UnitKind
from wafaa.act.points.words import count_name, gather_days
from wafaa.decide.loyalty.models import Programme
from wafaa.decide.loyalty.queries import RuleKey, name_rules
from wafaa.decide.loyalty.rules import State
from wafaa.decide.rewards.models import Redemption
from wafaa.kit import clock
from wafaa.kit.money import format_money
from wafaa.kit.text import choose_words
from wafaa.know.customers.models import Customer
from wafaa.know.orders.models import Order
from wafaa.show.portal.words import write_digits

# More than the next three nobody reads.
COMING_SHOWN = 3
# Whatever the number, a name alone stands as it does for a few.
SEVERAL = 5


@dataclass(frozen=True, kw_only=True)
class ComingShown:
    amount: str
    at: datetime


@dataclass(frozen=True, kw_only=True)
class WalletShown:
    """`figure` is the number alone, `whole` with its unit; `later` is what comes after the days that are told."""

    uuid: UUID
    name: str
    figure: str
    whole: str
    pending: str
    owed: str
    held: str
    ending: Sequence[ComingShown]
    ripening: Sequence[ComingShown]
    later: str


def show_wallets(customer: Customer, *, language: str, digits: str) -> list[WalletShown]:
    """Points first, then money, then what is counted; wallets that never held anything stay away."""
    order = [UnitKind.POINTS.value, UnitKind.MONEY.value, UnitKind.COUNT.value]
    wallets = sorted(find_wallets(customer.pk), key=lambda one: (order.index(one.unit.kind), one.unit_id))
    return [show_wallet(one, language=language, digits=digits) for one in wallets]


def show_wallet(wallet: Wallet, *, language: str, digits: str) -> WalletShown:
    balance = get_balance(wallet.pk, clock.now())

    def say(amount: int) -> str:
        return say_amount(amount, wallet.unit, language, digits)

    def list_coming(found: Sequence[Coming]) -> list[ComingShown]:
        return [ComingShown(amount=say(one.amount), at=one.at) for one in found[:COMING_SHOWN]]

    ripening = gather_days(balance.ripening)
    later = sum(one.amount for one in ripening[COMING_SHOWN:])
    name = choose_words(wallet.unit.name, language) or wallet.unit.code
    figure = say(balance.available)
    return WalletShown(
        uuid=wallet.uuid,
        name=count_name(SEVERAL, name),
        figure=figure,
        whole=figure
        if wallet.unit.currency
        else f"{figure} {count_name(balance.available / 10**wallet.unit.scale, name)}",
        pending=say(balance.pending) if balance.pending else "",
        owed=say(balance.owed) if balance.owed else "",
        held=say(balance.held) if balance.held else "",
        ending=list_coming(gather_days(balance.ending, ends=True)),
        ripening=list_coming(ripening),
        later=say(later) if later else "",
    )


def say_amount(amount: int, unit: Unit, language: str, digits: str) -> str:
    """Money as money, all else with the unit's own decimals."""
    if unit.currency:
        return write_digits(format_money(amount, unit.currency, language), digits)
    return write_digits(f"{amount / 10**unit.scale:,.{unit.scale}f}" if unit.scale else f"{amount:,}", digits)


@dataclass(frozen=True, kw_only=True)
class EntryShown:
    at: datetime
    amount: str
    is_in: bool
    words: str
    detail: str
    order: Order | None


def find_own_wallet(customer: Customer, wallet: UUID) -> Wallet | None:
    return find_wallets(customer.pk).filter(uuid=wallet).first()


def list_visible(wallet: Wallet) -> Any:
    """The movements that change what a member has, by their day: what goes between its own drawers says nothing."""
    roles = [int(role) for role in SHOWN]
    comes = Q(target=wallet.pk, target_role__in=roles)
    goes = Q(source=wallet.pk, source_role__in=roles)
    return list_entries(wallet.pk).filter((comes & ~goes) | (goes & ~comes)).order_by("-occurred_at", "-id")


def show_entries(
    wallet: Wallet, transfers: Sequence[Transfer], *, language: str, digits: str
) -> list[EntryShown]:
    """In their order, each with why."""
    orders = _find_orders(transfers)
    rules = name_rules([one.cause for one in transfers], language)
    rewards = _name_rewards(transfers, language)
    shown = []
    for transfer in transfers:
        entry = as_entry(transfer, wallet.pk)
        order = orders.get(str(transfer.cause.get("order", "")))
        sign = "+" if entry.amount > 0 else "−"
        shown.append(
            EntryShown(
                at=transfer.occurred_at,
                amount=f"{sign}{say_amount(abs(entry.amount), wallet.unit, language, digits)}",
                is_in=entry.amount > 0,
                words=_say_kind(entry.kind, transfer.cause),
                detail=rules.get(RuleKey.read(transfer.cause))
                or rewards.get(_reward_key(transfer.cause), ""),
                order=order if order and order.customer_id == wallet.customer_id else None,
            )
        )
    return shown


def _find_orders(transfers: Sequence[Transfer]) -> dict[str, Order]:
    asked = {one.cause["order"] for one in transfers if one.cause.get("order")}
    return {str(one.uuid): one for one in Order.objects.filter(uuid__in=asked)} if asked else {}


def _reward_key(cause: Mapping[str, Any]) -> str:
    return str(cause.get("redemption", "")) if cause.get("reason") == "reward" else ""


def _name_rewards(transfers: Sequence[Transfer], language: str) -> dict[str, str]:
    """By redemption: as the reward was called then."""
    asked = {key for one in transfers if (key := _reward_key(one.cause))}
    if not asked:
        return {}
    return {str(one.uuid): one.say_name(language) for one in Redemption.objects.filter(uuid__in=asked)}


_KINDS = {
    Kind.SPEND: pgettext_lazy("movement", "Used"),
    Kind.CAPTURE: pgettext_lazy("movement", "Used"),
    Kind.HOLD: pgettext_lazy("movement", "Set aside for a purchase"),
    Kind.RELEASE: pgettext_lazy("movement", "Not used after all"),
    Kind.EXPIRE: pgettext_lazy("movement", "Ended"),
    Kind.RESTORE: pgettext_lazy("movement", "Given back"),
    Kind.REVERSE: pgettext_lazy("movement", "Taken back after a refund"),
    Kind.SETTLE: pgettext_lazy("movement", "Set against what was owed"),
    Kind.MERGE: pgettext_lazy("movement", "From another account"),
    Kind.MOVE: pgettext_lazy("movement", "Moved"),
    Kind.ADJUST: pgettext_lazy("movement", "Corrected by us"),
}
# By the beginning of the reason that the award's cause names.
_EARNED = {
    "order": pgettext_lazy("movement", "For your order"),
    "birthday": pgettext_lazy("movement", "For your birthday"),
    "anniversary": pgettext_lazy("movement", "For the day you joined"),
    "joining": pgettext_lazy("movement", "Welcome"),
    "": pgettext_lazy("movement", "Earned"),
}


def _say_kind(kind: Kind, cause: Mapping[str, Any]) -> str:
    if kind in {Kind.HOLD, Kind.SPEND} and _reward_key(cause):
        return pgettext("movement", "Redeemed")
    if kind is not Kind.AWARD:
        return str(_KINDS.get(kind, _KINDS[Kind.MOVE]))
    reason = str(cause.get("reason", ""))
    return str(next(words for beginning, words in _EARNED.items() if reason.startswith(beginning)))


def list_joinable(customer: Customer) -> list[Programme]:
    """Live programmes that one joins oneself, and did not yet."""
    live = Programme.objects.filter(state=State.LIVE, is_automatic=False)
    return list(live.exclude(members__customer=customer, members__left_at=None).order_by("id"))
