"""What members see of themselves: home, card, orders, choices, details, their data."""

from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from wafaa.decide.loyalty.actions import join as join_programme
from wafaa.design.codes import draw_qr
from wafaa.kit import clock
from wafaa.kit.errors import WafaaError
from wafaa.kit.text import choose_words
from wafaa.know.consents.models import say_channel
from wafaa.know.orders.models import Order
from wafaa.know.orders.queries import list_lines, list_refunds
from wafaa.show.portal.actions import ask_shop, change_details, choose_all, give_card, renew_card
from wafaa.show.portal.actions.joining import SOURCE
from wafaa.show.portal.door import LANGUAGES, MemberRequest, get_digits, go_home, member, show
from wafaa.show.portal.errors import PortalClosed
from wafaa.show.portal.pages.entering import read_day
from wafaa.show.portal.panels import draw_panels
from wafaa.show.portal.queries import (
    list_own_orders,
    list_sessions,
    list_waiting,
    list_wishes,
    read_choices,
    read_topics,
)
from wafaa.show.portal.rules import Wanted, make_proof, shorten_name
from wafaa.show.portal.wallets import (
    find_own_wallet,
    list_joinable,
    list_visible,
    show_entries,
    show_wallet,
    show_wallets,
)
from wafaa.show.portal.words import group_number, say_state, write_digits

ORDERS_AT_ONCE = 20
ENTRIES_AT_ONCE = 30


@member
@require_safe
def home(request: MemberRequest) -> HttpResponse:
    """Greeting, what rooms have to show, surveys that wait, the latest order, the card."""
    customer, language = request.visit.customer, request.door.language
    latest = list_own_orders(customer).first()
    wallets = show_wallets(customer, language=language, digits=get_digits(request))
    context = {
        "main": wallets[0] if wallets else None,
        "wallets": wallets[1:],
        "joinable": [(one.uuid, choose_words(one.name, language)) for one in list_joinable(customer)],
        "name": shorten_name(customer.name),
        "panels": draw_panels(customer=customer, language=language, digits=get_digits(request)),
        "waiting": list_waiting(customer, language),
        "latest": latest,
        "latest_state": say_state(latest) if latest else None,
        "number": group_number(give_card(customer=customer).number, get_digits(request)),
    }
    return show(request, "home", context)


@member
@require_safe
def history(request: MemberRequest, wallet_uuid: UUID) -> HttpResponse:
    """Every movement of one's own wallet with its reason, newest first."""
    language, digits = request.door.language, get_digits(request)
    wallet = find_own_wallet(request.visit.customer, wallet_uuid)
    if wallet is None:
        raise PortalClosed
    page = Paginator(list_visible(wallet), ENTRIES_AT_ONCE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "wallet": show_wallet(wallet, language=language, digits=digits),
        "entries": show_entries(wallet, list(page), language=language, digits=digits),
    }
    return show(request, "history", context)


@member
@require_POST
def join_one(request: MemberRequest, programme_uuid: UUID) -> HttpResponse:
    for programme in list_joinable(request.visit.customer):
        if programme.uuid == programme_uuid:
            join_programme(programme=programme, customer_id=request.visit.customer.pk, via=SOURCE)
    return go_home()


@member
@require_safe
def card(request: MemberRequest) -> HttpResponse:
    """For the till: a code to scan, a number to read out."""
    return show(request, "card", {**_show_card(request), "is_new": "new" in request.GET})


@member
@require_safe
def card_code(request: MemberRequest) -> HttpResponse:
    """The same code with the proof of this moment; the page asks for it again and again."""
    return show(request, "card_code", _show_card(request))


def _show_card(request: MemberRequest) -> dict[str, object]:
    number = give_card(customer=request.visit.customer).number
    proof = make_proof(number, clock.now())
    return {
        "code": draw_qr(number + proof),
        "number": group_number(number, get_digits(request)),
        "proof": write_digits(f"{proof[:3]} {proof[3:]}", get_digits(request)),
    }


@member
@require_POST
def card_renew(request: MemberRequest) -> HttpResponse:
    renew_card(customer=request.visit.customer)
    return redirect("/me/card/?new")


@member
@require_safe
def orders(request: MemberRequest) -> HttpResponse:
    page = Paginator(list_own_orders(request.visit.customer), ORDERS_AT_ONCE).get_page(
        request.GET.get("page")
    )
    shown = [(one, say_state(one)) for one in page]
    return show(request, "orders", {"page": page, "orders": shown})


@member
@require_safe
def order(request: MemberRequest, order_uuid: UUID) -> HttpResponse:
    """One's own, or none."""
    found: Order | None = list_own_orders(request.visit.customer).filter(uuid=order_uuid).first()
    if found is None:
        raise PortalClosed
    context = {
        "order": found,
        "state": say_state(found),
        "lines": list_lines(found),
        "refunds": list_refunds(found),
    }
    return show(request, "order", context)


@member
@require_http_methods(["GET", "HEAD", "POST"])
def choices(request: MemberRequest) -> HttpResponse:
    """What one hears of, and by which way."""
    customer = request.visit.customer
    if request.method == "POST":
        ends_all = "nothing" in request.POST
        choose_all(
            customer=customer,
            wanted=() if ends_all else request.POST.getlist("wanted"),
            topics=() if ends_all else request.POST.getlist("topic"),
        )
        return redirect("/me/choices/?saved")
    ways: dict[str, list[object]] = {}
    for one in read_choices(customer):
        ways.setdefault(str(say_channel(one.channel)), []).append(one)
    context = {
        "ways": ways,
        "topics": read_topics(customer, request.door.language) if customer.email else [],
        "was_saved": "saved" in request.GET,
    }
    return show(request, "choices", context)


@member
@require_http_methods(["GET", "HEAD", "POST"])
def details(request: MemberRequest) -> HttpResponse:
    """Name, birth date, language."""
    customer, error = request.visit.customer, ""
    if request.method == "POST":
        language = request.POST.get("language", "")
        try:
            change_details(
                customer=customer,
                name=request.POST.get("name", ""),
                birth_date=read_day(request.POST.get("birth_date", ""), request),
                language=language if language in LANGUAGES else request.door.language,
            )
            return redirect(f"/me/details/?saved&language={language if language in LANGUAGES else ''}")
        except WafaaError as wrong:
            error = str(wrong)
    context = {
        "typed": request.POST if error else {},
        "error": error,
        "today": clock.today(request.door.business.zone),
        "was_saved": "saved" in request.GET,
        "sessions": list(list_sessions(customer)[:20]),
        "own": request.visit.session.key,
    }
    return show(request, "details", context, status=422 if error else 200)


@member
@require_http_methods(["GET", "HEAD", "POST"])
def privacy(request: MemberRequest) -> HttpResponse:
    """What is held, and what one may ask for: staff do it, and are told at once."""
    customer = request.visit.customer
    if request.method == "POST":
        wanted = request.POST.get("what", "")
        if wanted in set(Wanted):
            ask_shop(customer=customer, what=Wanted(wanted))
        return redirect("me-privacy")
    return show(request, "privacy", {"wishes": list_wishes(customer)})
