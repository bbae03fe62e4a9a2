"""What the page asks while somebody stands there: who it is, what a bill would earn, what a code gives, what undoing takes."""

import uuid
from decimal import Decimal
from typing import Annotated, Any

import msgspec
from django.http import HttpResponse, JsonResponse
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_POST
from msgspec import Meta

from wafaa.access.limits.actions import give_back, take
from wafaa.access.staff.decorators import requires
from wafaa.access.staff.http import StaffRequest
from wafaa.access.staff.rules import Capability
from wafaa.act.points.words import say_counted
from wafaa.act.vouchers.actions import ask_for, count_on_card, find_card
from wafaa.act.vouchers.errors import CardMissing, CardMistyped
from wafaa.act.vouchers.rules import Cart as VoucherCart
from wafaa.act.vouchers.words import say_pool, say_refusal
from wafaa.decide.loyalty.queries import Cart, CartLine
from wafaa.decide.loyalty.queries import quote as quote_cart
from wafaa.kit.money import from_minor
from wafaa.know.customers.models import Customer
from wafaa.know.customers.queries import get_customer
from wafaa.show.till.actions import ask_for_yes
from wafaa.show.till.pages.answers import answering, read, say
from wafaa.show.till.pages.drawing import draw_member, draw_moved, draw_quotes, draw_spent
from wafaa.show.till.pages.paying import draw_payments, draw_shown
from wafaa.show.till.queries import find_seen, find_shown, get_deed, get_store, look_back
from wafaa.show.till.rules import CHANNEL, CODE_MISS, FIND, MISS, read_amount

Text = Annotated[str, Meta(max_length=254)]


class Asked(msgspec.Struct, kw_only=True):
    """What any of these may be asked with."""

    text: Text = ""
    customer: uuid.UUID | None = None
    amount: Text = ""
    pieces: Annotated[int, Meta(ge=1, le=1_000)] = 1
    store: Text = ""
    deed: uuid.UUID | None = None


@requires(Capability.USE_TILL)
@require_POST
@answering
def find(request: StaffRequest) -> HttpResponse:
    """By a whole card, phone, mail or number, or one that was chosen of several. Whoever is none costs a try."""
    asked = read(request, Asked)
    store = get_store(request.staff, asked.store)
    person = str(request.staff.pk)
    take(FIND, person)
    if asked.customer is not None:
        return _greet(request, get_customer(asked.customer), asked)
    take(MISS, person)
    seen = find_seen(asked.text)
    if seen.people or seen.is_shared:
        give_back((MISS, person))
    if len(seen.people) == 1:
        return _greet(request, seen.people[0], asked, code=seen.code)
    state = "several" if seen.people else "none"
    context = {"seen": seen, "text": asked.text, "store": store}
    return say(request, state, context, state=state, phone=seen.phone)


def _greet(request: StaffRequest, customer: Customer, asked: Asked, *, code: str = "") -> HttpResponse:
    store = get_store(request.staff, asked.store)
    context = draw_member(customer, store=store, staff=request.staff)
    told: dict[str, Any] = {"customer": str(customer.uuid), "name": str(context["name"]), "code": code}
    return say(request, "member", context, state="one", **told)


@requires(Capability.USE_TILL)
@require_POST
@answering
def quote(request: StaffRequest) -> HttpResponse:
    """What a bill would earn, and why, and how much of it points may pay, while it is typed; nothing for what is no amount."""
    asked = read(request, Asked)
    store = get_store(request.staff, asked.store)
    currency = request.business.currency
    minor = read_amount(asked.amount, currency)
    if minor is None:
        return JsonResponse({"html": ""})
    line = CartLine(amount_minor=minor, pieces=Decimal(asked.pieces))
    customer = get_customer(asked.customer) if asked.customer else None
    cart = Cart(
        lines=[line],
        currency=currency,
        customer_id=customer.pk if customer else None,
        store=store.code if store else "",
        channel=CHANNEL,
    )
    payments = draw_payments(customer, store=store, bill_minor=minor) if customer else []
    return say(request, "quote", {"quotes": draw_quotes(quote_cart(cart)), "payments": payments})


@requires(Capability.USE_TILL)
@require_POST
@answering
@sensitive_variables("asked")
def check(request: StaffRequest) -> HttpResponse:
    """What a member redeemed and shows, what is on a gift card, or what a voucher takes off this bill. Whoever types codes that
    are none is slowed down.
    """
    asked = read(request, Asked)
    store = get_store(request.staff, asked.store)
    person = str(request.staff.pk)
    currency = request.business.currency
    minor = read_amount(asked.amount, currency)
    take(CODE_MISS, person)
    if shown := find_shown(asked.text):
        give_back((CODE_MISS, person))
        return say(request, "shown", draw_shown(shown, bill_minor=minor))
    try:
        card = find_card(asked.text)
    except (CardMissing, CardMistyped):
        pass
    else:
        give_back((CODE_MISS, person))
        left = count_on_card(card)
        takes = min(left, minor or 0)
        context = {
            "card": card,
            "left": left,
            "unit": card.wallet.unit,
            "takes": takes,
            "takes_told": str(from_minor(takes, currency)),
            "rest": (minor or 0) - takes,
        }
        return say(request, "card", context)
    cart = VoucherCart(
        currency=currency, total_minor=minor or 0, store=store.code if store else "", channel=CHANNEL
    )
    customer = get_customer(asked.customer).pk if asked.customer else None
    found, quoted = ask_for(code=asked.text, cart=cart if minor else None, customer_id=customer)
    if found.code is not None:
        give_back((CODE_MISS, person))
    context = {
        "sentence": say_pool(found.code.pool.terms) if found.code else "",
        "refusals": [say_refusal(one) for one in quoted.refusals],
        "given": quoted.given_minor,
        "currency": (found.code.pool.currency if found.code else "") or currency,
    }
    return say(request, "voucher", context)


@requires(Capability.USE_TILL)
@require_POST
@answering
def undoing(request: StaffRequest) -> HttpResponse:
    """What undoing a deed takes back, before it is done."""
    asked = read(request, Asked)
    store = get_store(request.staff, asked.store)
    deed = get_deed(asked.deed or uuid.UUID(int=0), store)
    found = look_back(deed)
    context = {"deed": deed, "is_known": found is not None, "given_back": draw_spent(deed)}
    if found:
        context |= {
            "taken": draw_moved(found.taken),
            "owed": [say_counted(one.amount, one.unit) for one in found.owed],
            "charges": [
                {
                    "amount": say_counted(moved.amount, moved.unit),
                    "minor": one.minor,
                    "currency": one.currency,
                }
                for moved, one in found.charges
            ],
        }
    return say(request, "undoing", context)


@requires(Capability.USE_TILL)
@require_POST
@answering
def code(request: StaffRequest) -> HttpResponse:
    """Sends a code to the member, who reads it out."""
    asked = read(request, Asked)
    get_store(request.staff, asked.store)
    customer = get_customer(asked.customer or uuid.UUID(int=0))
    sent = ask_for_yes(customer=customer, staff=request.staff)
    return say(request, "sent", {"way": sent.way}, state="sent")
