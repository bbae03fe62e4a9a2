"""The way in: address, code or link, who of several one is, joining; and the way out."""

from datetime import date
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from wafaa.access.limits.actions import give_back, take, take_all
from wafaa.access.limits.rules import Limit
from wafaa.kit import clock
from wafaa.kit.addresses import limit_subject, read_client
from wafaa.kit.errors import WafaaError
from wafaa.kit.text import latin_digits
from wafaa.know.consents.models import say_channel, say_purpose
from wafaa.know.customers.models import Customer
from wafaa.show.portal.actions import (
    ask_for_code,
    find_by_link,
    find_proof,
    go_in,
    join,
    prove_by_code,
    prove_by_link,
    sign_out,
    sign_out_everywhere,
)
from wafaa.show.portal.actions.choosing import check_birth_date
from wafaa.show.portal.actions.joining import ASKED
from wafaa.show.portal.door import (
    BROWSER,
    MEMBER,
    MemberRequest,
    PortalRequest,
    drop,
    get_origin,
    go_home,
    member,
    set_browser,
    set_member,
    show,
    visitor,
)
from wafaa.show.portal.errors import BirthDateWrong, CodeWrong, PortalClosed, ProofOver
from wafaa.show.portal.models import Entry
from wafaa.show.portal.queries import find_consent_text, find_people, list_ways, read_address
from wafaa.show.portal.rules import (
    ASK_ADDRESS,
    ASK_NETWORK,
    OPEN_LINK,
    TRY_ADDRESS,
    TRY_NETWORK,
    digest_token,
    make_token,
    read_code,
)
from wafaa.show.portal.sending import say_minutes


@visitor
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: PortalRequest) -> HttpResponse:
    """One field for mail or mobile. The answer is the same for everybody's address and nobody's, and so is its work."""
    door = request.door
    if door.visit and request.method != "POST":
        return go_home()
    ways = list_ways(door.portal)
    typed, error = request.POST.get("address", "")[:254], ""
    if request.method == "POST" and not door.is_preview:
        try:
            return _ask(request, typed, ways)
        except WafaaError as wrong:
            error = str(wrong)
    welcome = door.portal.welcome_ar if door.language == "ar" else door.portal.welcome_en
    context = {
        "ways": ways,
        "paid": [(way, say_channel(way)) for way in ways if way != "email"],
        "typed": typed,
        "error": error,
        "welcome": welcome,
        "may_join": door.portal.may_join,
    }
    return show(request, "sign_in", context, status=422 if error else 200)


def _ask(request: PortalRequest, typed: str, ways: list[str]) -> HttpResponse:
    """Raises AddressUnreadable, TooManyAttempts."""
    way, address = read_address(typed, request.POST.get("way", ""), ways)
    take_all((ASK_NETWORK, _network(request)), (ASK_ADDRESS, address))
    browser = make_token()
    ask_for_code(way=way, address=address, language=request.door.language, browser=browser)
    response = redirect("me-code")
    set_browser(request, response, browser)
    return response


@sensitive_post_parameters("code")
@visitor
@require_http_methods(["GET", "HEAD", "POST"])
def code(request: PortalRequest) -> HttpResponse:
    """The code, typed in the browser that asked for it."""
    browser = request.COOKIES.get(BROWSER, "")
    asked = Entry.objects.filter(browser=digest_token(browser)).order_by("-id").first() if browser else None
    if asked is None and request.method != "POST":
        return redirect("me-sign-in")
    error = ""
    if request.method == "POST":
        try:
            return _go_on(request, _prove(request, browser, asked))
        except CodeWrong as wrong:
            error = str(wrong)
    context = {
        "asked": asked,
        "error": error,
        "minutes": say_minutes(),
        "may_join": request.door.portal.may_join,
        "keeps_no_cookies": asked is None,
    }
    return show(request, "code", context, status=422 if error else 200)


def _prove(request: PortalRequest, browser: str, asked: Entry | None) -> Entry:
    """Only what is wrong counts. Raises CodeWrong, TooManyAttempts."""
    taken: list[tuple[Limit, str]] = [(TRY_NETWORK, _network(request))]
    if asked:
        taken.append((TRY_ADDRESS, asked.address))
    take_all(*taken)
    entry = prove_by_code(browser=browser, code=read_code(request.POST.get("code", "")))
    give_back(*taken)
    return entry


@visitor
@require_http_methods(["GET", "HEAD", "POST"])
def enter(request: PortalRequest, token: str) -> HttpResponse:
    """Scanners of mails open links: looking uses nothing up and lets nobody in, the button does."""
    take(OPEN_LINK, _network(request))
    if request.method != "POST":
        return show(request, "enter", {"entry": find_by_link(token)})
    browser = make_token()
    return _go_on(request, prove_by_link(token=token, browser=browser), browser=browser)


def _go_on(request: PortalRequest, entry: Entry, *, browser: str = "") -> HttpResponse:
    """In; or first which of several who share the address; or, for who is new, their name."""
    people = find_people(entry.way, entry.address) or []
    if len(people) == 1:
        return _let_in(request, entry, people[0])
    if not people and not request.door.portal.may_join:
        raise CodeWrong
    response = redirect("me-who" if people else "me-join")
    if browser:
        set_browser(request, response, browser)
    return response


def _let_in(request: PortalRequest, entry: Entry, customer: Customer) -> HttpResponse:
    former = request.COOKIES.get(MEMBER, "")
    token = go_in(entry=entry, customer=customer, origin=get_origin(request), former=former)
    return _welcome(request, token)


def _welcome(request: PortalRequest, token: str) -> HttpResponse:
    response = go_home()
    set_member(request, response, token)
    return response


@visitor
@require_http_methods(["GET", "HEAD", "POST"])
def who(request: PortalRequest) -> HttpResponse:
    """An address that a household shares: who of them is this?"""
    entry = find_proof(request.COOKIES.get(BROWSER, ""))
    people = find_people(entry.way, entry.address) or []
    if request.method == "POST":
        chosen = _read_uuid(request.POST.get("person", ""))
        for person in people:
            if person.uuid == chosen:
                return _let_in(request, entry, person)
        raise ProofOver
    return show(request, "who", {"people": people, "entry": entry})


def _read_uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


@visitor
@require_http_methods(["GET", "HEAD", "POST"])
def join_in(request: PortalRequest) -> HttpResponse:
    """Name, perhaps a birthday, and what one wants to hear of; nothing is ticked beforehand."""
    door = request.door
    if not door.portal.may_join:
        raise PortalClosed
    entry = find_proof(request.COOKIES.get(BROWSER, ""))
    error = ""
    if request.method == "POST":
        try:
            token = join(
                entry=entry,
                name=request.POST.get("name", ""),
                birth_date=read_day(request.POST.get("birth_date", ""), request),
                language=door.language,
                agreed=request.POST.getlist("agreed"),
                origin=get_origin(request),
            )
            return _welcome(request, token)
        except ProofOver:
            raise
        except WafaaError as wrong:
            error = str(wrong)
    context = {
        "entry": entry,
        "error": error,
        "typed": request.POST,
        "asked": [_say_asked(entry.way, purpose, door.language) for purpose in ASKED],
        "agreed": request.POST.getlist("agreed"),
    }
    return show(request, "join", context, status=422 if error else 200)


def _say_asked(way: str, purpose: str, language: str) -> dict[str, Any]:
    """In the shop's own words where it has some, which are kept with the yes."""
    own = find_consent_text(way, purpose, language)
    return {"purpose": purpose, "label": say_purpose(purpose), "way": say_channel(way), "own": own}


def read_day(text: str, request: PortalRequest) -> date | None:
    """Of a date field, or typed with digits of either kind. Raises BirthDateWrong."""
    text = latin_digits(text).strip()
    if not text:
        return None
    try:
        day = date.fromisoformat(text[:10])
    except ValueError as error:
        raise BirthDateWrong from error
    check_birth_date(day, today=clock.today(request.door.business.zone))
    return day


@member
@require_POST
def leave(request: MemberRequest) -> HttpResponse:
    sign_out(token=request.visit.token)
    return _say_bye()


@member
@require_POST
def leave_everywhere(request: MemberRequest) -> HttpResponse:
    sign_out_everywhere(customer=request.visit.customer)
    return _say_bye()


def _say_bye() -> HttpResponse:
    response = redirect("me-sign-in")
    drop(response, MEMBER)
    return response


def _network(request: PortalRequest) -> str:
    return limit_subject(read_client(request))
