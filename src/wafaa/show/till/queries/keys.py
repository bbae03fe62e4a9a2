"""The buttons of the till: one tap is a visit or a drink, as the rules of the live programmes ask for it."""

from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from wafaa.access.business.queries import get_business
from wafaa.act.points.models import Unit
from wafaa.act.points.rules import UnitKind
from wafaa.decide.loyalty.models import Programme
from wafaa.decide.loyalty.queries import find_published, list_rules
from wafaa.decide.loyalty.rules import State, Trigger
from wafaa.decide.loyalty.rules.content import Earn
from wafaa.decide.loyalty.words import name_rule
from wafaa.kit import clock
from wafaa.kit.money import from_minor
from wafaa.know.orders.models import Order, OrderLine, Product, Store

KEYS_MAX: Final = 8
# What was sold here lately says what is sold here often; so many orders are enough to tell.
LATELY: Final = timedelta(days=30)
ORDERS_LOOKED_AT: Final = 300


@dataclass(frozen=True, kw_only=True)
class Key:
    """A button. `code` is sku:… (an order with this product, at its price) or event:… (something the member did)."""

    code: str
    label: str
    price_minor: int | None = None
    currency: str = ""

    @property
    def price(self) -> str:
        """As the cashier would type it."""
        return "" if self.price_minor is None else str(from_minor(self.price_minor, self.currency))


def list_keys(store: Store | None) -> list[Key]:
    """Events first, then what the store sells most of that earns stamps or visits."""
    rules = [
        (programme, rule) for programme in _list_live() for rule in list_rules(find_published(programme))
    ]
    counted = set(Unit.objects.filter(kind=UnitKind.COUNT).values_list("code", flat=True))
    stamps = [(programme, rule) for programme, rule in rules if rule.unit in counted]
    events = [
        Key(code=f"event:{programme.uuid}:{rule.id}", label=name_rule(rule))
        for programme, rule in stamps
        if rule.trigger is Trigger.EVENT
    ]
    bought = [rule for _programme, rule in stamps if rule.trigger is Trigger.ORDER]
    return [*events, *(_list_goods(bought, store) if bought else [])][:KEYS_MAX]


def _list_live() -> list[Programme]:
    return list(Programme.objects.filter(state=State.LIVE).select_related("unit").order_by("id"))


def _list_goods(rules: list[Earn], store: Store | None) -> list[Key]:
    """In the business's currency, at what each was sold for last."""
    currency = get_business().currency
    recent = Order.objects.filter(counted=True, currency=currency, ordered_at__gt=clock.now() - LATELY)
    recent = recent.filter(store=store) if store else recent
    orders = list(recent.order_by("-ordered_at").values_list("pk", flat=True)[:ORDERS_LOOKED_AT])
    lines = OrderLine.objects.filter(order__in=orders, counted=True, product__isnull=False)
    sold: Counter[int] = Counter()
    prices: dict[int, int] = {}
    told = lines.order_by("order_id").values_list("product", "quantity", "amount_minor")
    for product, quantity, amount in told:
        sold[product] += 1
        if amount > 0:
            prices[product] = round(amount / quantity)
    products = Product.objects.in_bulk(list(sold))
    return [
        Key(
            code=f"sku:{products[pk].sku}",
            label=str(products[pk]),
            price_minor=prices[pk],
            currency=currency,
        )
        for pk, _count in sold.most_common()
        if pk in prices and any(_fits(rule, products[pk]) for rule in rules)
    ][:KEYS_MAX]


def _fits(rule: Earn, product: Product) -> bool:
    if product.sku in rule.not_skus or product.category in rule.not_categories:
        return False
    is_narrowed = bool(rule.skus or rule.categories)
    return not is_narrowed or product.sku in rule.skus or product.category in rule.categories


def find_event_rule(code: str) -> tuple[Programme, Earn] | None:
    """The live rule behind a button for an event; None where it is gone."""
    _event, _sign, rest = code.partition(":")
    programme_uuid, _sign, number = rest.partition(":")
    for programme in _list_live():
        if str(programme.uuid) == programme_uuid:
            for rule in list_rules(find_published(programme)):
                if str(rule.id) == number and rule.trigger is Trigger.EVENT:
                    return programme, rule
    return None
