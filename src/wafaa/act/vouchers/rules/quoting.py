"""What a code would give for a cart; and if nothing, every reason why."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from wafaa.act.vouchers.rules.terms import WHOLE_BP, Kind, Reason, Terms


@dataclass(frozen=True, kw_only=True)
class CartLine:
    sku: str = ""
    category: str = ""
    quantity: Decimal = Decimal(1)
    amount_minor: int = 0  # of the whole line, after other discounts


@dataclass(frozen=True, kw_only=True)
class Cart:
    """What is about to be bought. Without lines `total_minor` says what they come to."""

    currency: str
    lines: tuple[CartLine, ...] = ()
    total_minor: int = 0
    shipping_minor: int = 0
    store: str = ""
    channel: str = ""

    @property
    def goods_minor(self) -> int:
        """Without shipping."""
        return sum(line.amount_minor for line in self.lines) if self.lines else self.total_minor


@dataclass(frozen=True, kw_only=True)
class Standing:
    """How a code stands at this moment; None is no limit."""

    is_paused: bool = False
    is_withdrawn: bool = False
    is_personal: bool = False
    is_theirs: bool = False  # of whoever is asking
    has_customer: bool = False
    code_left: int | None = None
    pool_left: int | None = None
    customer_left: int | None = None


@dataclass(frozen=True, kw_only=True)
class Refusal:
    """One reason, and the figures that its words need."""

    reason: Reason
    facts: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Quote:
    """`given_minor` is taken off the cart, or goes to a wallet; None where no cart was told and it depends on one."""

    refusals: tuple[Refusal, ...] = ()
    given_minor: int | None = None

    @property
    def is_valid(self) -> bool:
        return not self.refusals


def quote(terms: Terms, standing: Standing, cart: Cart | None, at: datetime) -> Quote:
    """What stands in the way of everybody comes first, what the cart could mend last."""
    refusals = [*_find_ends(terms, standing, at), *_find_limits(terms, standing)]
    if cart is not None:
        refusals += _find_in_cart(terms, cart)
    return Quote(refusals=tuple(refusals), given_minor=None if refusals else reckon(terms, cart))


def _find_ends(terms: Terms, standing: Standing, at: datetime) -> Iterator[Refusal]:
    if standing.is_withdrawn:
        yield Refusal(reason=Reason.WITHDRAWN)
    if standing.is_paused:
        yield Refusal(reason=Reason.PAUSED)
    if terms.starts_at is not None and at < terms.starts_at:
        yield Refusal(reason=Reason.NOT_STARTED, facts={"at": terms.starts_at})
    if terms.ends_at is not None and at >= terms.ends_at:
        yield Refusal(reason=Reason.EXPIRED, facts={"at": terms.ends_at})


def _find_limits(terms: Terms, standing: Standing) -> Iterator[Refusal]:
    is_needed = standing.is_personal or terms.customer_uses_max is not None or terms.kind is Kind.GIFT
    if is_needed and not standing.has_customer:
        yield Refusal(reason=Reason.CUSTOMER_NEEDED)
    elif standing.is_personal and not standing.is_theirs:
        yield Refusal(reason=Reason.OTHER_CUSTOMER)
    for left, reason in (
        (standing.code_left, Reason.CODE_USED_UP),
        (standing.pool_left, Reason.POOL_USED_UP),
        (standing.customer_left, Reason.CUSTOMER_USED_UP),
    ):
        if left is not None and left <= 0:
            yield Refusal(reason=reason)


def _find_in_cart(terms: Terms, cart: Cart) -> Iterator[Refusal]:
    if terms.currency and cart.currency != terms.currency:
        yield Refusal(reason=Reason.WRONG_CURRENCY, facts={"currency": terms.currency})
        return  # amounts can't be compared
    if terms.stores and cart.store not in terms.stores:
        yield Refusal(reason=Reason.WRONG_STORE, facts={"names": terms.stores})
    if terms.channels and cart.channel not in terms.channels:
        yield Refusal(reason=Reason.WRONG_CHANNEL, facts={"names": terms.channels})
    missing = terms.minimum_minor - cart.goods_minor
    if missing > 0:
        facts = {"missing_minor": missing, "minimum_minor": terms.minimum_minor, "currency": terms.currency}
        yield Refusal(reason=Reason.MINIMUM_NOT_REACHED, facts=facts)
    if terms.kind is Kind.PRODUCT:
        if not any(_is_piece(terms, line) for line in cart.lines):
            yield Refusal(reason=Reason.PRODUCT_MISSING, facts={"names": (terms.sku,)})
    elif terms.is_narrowed and not any(_fits(terms, line) for line in cart.lines):
        yield Refusal(reason=Reason.WRONG_PRODUCTS, facts={"names": (*terms.categories, *terms.skus)})
    if terms.kind is Kind.SHIPPING and cart.shipping_minor <= 0:
        yield Refusal(reason=Reason.NO_SHIPPING)


def _fits(terms: Terms, line: CartLine) -> bool:
    return line.sku in terms.skus or line.category in terms.categories


def _is_piece(terms: Terms, line: CartLine) -> bool:
    return line.sku == terms.sku and line.quantity > 0


def reckon(terms: Terms, cart: Cart | None) -> int | None:
    """Never more than what it is taken off; halves of a minor unit are rounded away from zero."""
    if terms.kind is Kind.GIFT:
        return terms.amount_minor
    if cart is None:
        return None
    if terms.kind is Kind.SHIPPING:
        return _cap(cart.shipping_minor, terms)
    if terms.kind is Kind.PRODUCT:
        pieces = [_price_piece(line) for line in cart.lines if _is_piece(terms, line)]
        return max(pieces, default=0)
    fitting = sum(line.amount_minor for line in cart.lines if _fits(terms, line))
    base = max(fitting if terms.is_narrowed else cart.goods_minor, 0)
    if terms.kind is Kind.AMOUNT:
        return min(terms.amount_minor, base)
    return _cap(_round(Decimal(base) * terms.share_bp / WHOLE_BP), terms)


def _cap(amount: int, terms: Terms) -> int:
    return amount if terms.cap_minor is None else min(amount, terms.cap_minor)


def _price_piece(line: CartLine) -> int:
    """Of less than a whole piece, what stands there."""
    return max(_round(line.amount_minor / max(line.quantity, Decimal(1))), 0)


def _round(amount: Decimal) -> int:
    return int(amount.to_integral_value(rounding=ROUND_HALF_UP))
