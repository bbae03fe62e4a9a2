"""What an order means for its customer's loyalty, as it stands now."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from wafaa.act.points.models import Lot, Transfer, Unit, Wallet
from wafaa.act.points.queries import find_wallets, get_balance
from wafaa.act.points.rules import Balance
from wafaa.decide.loyalty.models import Earning, Occasion
from wafaa.decide.loyalty.queries import Explained, explain, find_occasions, list_charges
from wafaa.decide.loyalty.rules.charging import Charge
from wafaa.kit import clock
from wafaa.know.customers.queries import list_distinct_ids
from wafaa.know.orders.models import Order


@dataclass(frozen=True, kw_only=True)
class Part:
    """What one rule gave: what the ledger was told, what was taken back of it, from when on it can be used and how long."""

    explained: Explained
    unit: Unit
    taken_back: int
    usable_from: datetime | None
    expires_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class Effect:
    """One programme: by which version, rule by rule, and what its member holds now."""

    occasion: Occasion
    parts: tuple[Part, ...]
    charges: list[Charge]
    balances: tuple[tuple[Unit, Balance], ...]


def find_order(source: str, external_id: str) -> Order | None:
    return Order.objects.filter(source=source, external_id=external_id).first()


def find_buyer(source: str, external_id: str) -> str:
    """By which id events speak of whoever bought; empty where that is not known."""
    order = find_order(source, external_id)
    if order is None or order.customer_id is None:
        return ""
    known = list_distinct_ids([order.customer_id]).get(order.customer_id) or [""]
    return min(known, key=lambda one: (one.startswith("anonymous:"), one.encode()))


def find_effects(order: Order) -> list[Effect]:
    """One for each programme that the order counts in."""
    effects = []
    units = {one.code: one for one in Unit.objects.all()}
    for occasion in find_occasions(order.pk).select_related("member"):
        parts = _list_parts(occasion, units)
        held = {part.unit.pk for part in parts} | {occasion.programme.unit_id}
        wallets = find_wallets(occasion.member.customer_id) if occasion.member.customer_id else []
        effects.append(
            Effect(
                occasion=occasion,
                parts=tuple(parts),
                charges=list_charges(occasion),
                balances=tuple(_balance(one) for one in wallets if one.unit_id in held),
            )
        )
    return effects


def _balance(wallet: Wallet) -> tuple[Unit, Balance]:
    return wallet.unit, get_balance(wallet.pk, clock.now())


def _list_parts(occasion: Occasion, units: Mapping[str, Unit]) -> list[Part]:
    earned = {one.rule: one for one in Earning.objects.filter(occasion=occasion)}
    transfers = [transfer for one in earned.values() for transfer in one.transfers]
    given = dict(Transfer.objects.filter(pk__in=transfers).values_list("pk", "amount"))
    lots = {one.award_id: one for one in Lot.objects.filter(award__in=transfers).order_by("id")}
    return [_make_part(one, earned.get(one.judged.rule.id), given, lots, units) for one in explain(occasion)]


def _make_part(
    one: Explained,
    earning: Earning | None,
    given: Mapping[int, int],
    lots: Mapping[int, Lot],
    units: Mapping[str, Unit],
) -> Part:
    transfers: Sequence[int] = earning.transfers if earning else ()
    left = [lots[transfer] for transfer in transfers if transfer in lots]
    now = clock.now()
    waits = [lot.usable_from for lot in left if lot.is_pending and lot.usable_from and lot.usable_from > now]
    ends = [lot.expires_at for lot in left if lot.expires_at]
    return Part(
        explained=one,
        unit=units[one.judged.rule.unit],
        taken_back=sum(given[transfer] for transfer in transfers) - one.awarded,
        usable_from=max(waits, default=None),
        expires_at=min(ends, default=None),
    )
