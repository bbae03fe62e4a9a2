"""What readers open from a message, without signing in and without JavaScript: links, one-click, the preference centre."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils import translation
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods

from wafaa.access.business.queries import get_business
from wafaa.access.limits.actions import take
from wafaa.access.limits.rules import Limit
from wafaa.access.staff.decorators import public
from wafaa.act.messages.actions import choose, choose_topics, get_chooser, note_open, note_press, unsubscribe
from wafaa.act.messages.channels import CHANNELS
from wafaa.act.messages.consenting import find_consent_way
from wafaa.act.messages.links import Use, read_token
from wafaa.act.messages.models import Message, TopicRefusal
from wafaa.act.messages.queries import find_address, find_link_url, find_message, list_topics
from wafaa.act.messages.rules import shorten_address
from wafaa.act.messages.words import say_way
from wafaa.kit.addresses import limit_subject
from wafaa.know.consents.models import say_channel, say_purpose
from wafaa.know.consents.queries import list_standings
from wafaa.know.consents.rules import Channel, Purpose, is_allowed_unasked
from wafaa.know.customers.models import Customer

# Who tries tokens has a hundred at once and one a second. A token of ours takes nothing: scanners that follow every link of
# every mail share an address with the readers whom they must not keep from unsubscribing.
OPENING = Limit(name="message_opening", burst=100, every_s=1)
ONSITE = frozenset({"in_app", "push"})
PURPOSES = (Purpose.MARKETING.value, Purpose.SURVEYS.value, Purpose.SERVICE.value)


@public
@require_http_methods(["GET", "HEAD"])
@never_cache
def link(request: HttpRequest, token: str) -> HttpResponse:
    """Leads on. Who only looks whether it leads anywhere (HEAD) pressed nothing."""
    found = read_token(Use.LINK, token)
    url = find_link_url(found[0]) if found and len(found) == 2 else None
    if found is None or url is None:
        return _say_unknown(request)
    message = find_message(found[1])
    if message is not None and request.method == "GET":
        note_press(message=message, url=url, agent=request.headers.get("user-agent", ""))
    response = HttpResponseRedirect(url)
    response["Referrer-Policy"] = "no-referrer"
    return response


# One transparent dot.
_DOT = bytes.fromhex("47494638396101000100800000000000ffffff21f90401000000002c00000000010001000002024401003b")


@public
@require_http_methods(["GET", "HEAD"])
@never_cache
def picture(request: HttpRequest, token: str) -> HttpResponse:
    """The dot in a mail, if the business counts openings; the same whether we know the mail or not."""
    found = read_token(Use.OPEN, token)
    message = find_message(found[0]) if found and len(found) == 1 else None
    if message is not None and request.method == "GET":
        note_open(message=message, agent=request.headers.get("user-agent", ""))
    return _keep_private(HttpResponse(_DOT, content_type="image/gif"))


@public
@csrf_exempt  # mail programs post here by themselves (RFC 8058), without cookies; the token says whose message it is
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def one_click(request: HttpRequest, token: str) -> HttpResponse:
    """Looking changes nothing, because scanners of mails look; one press ends it."""
    message = _find(request, token)
    if message is None:
        return _say_unknown(request)
    with translation.override(_choose_language(request, message)):
        if request.method == "POST":
            unsubscribe(message=message)
            if "List-Unsubscribe" in request.POST:  # a mail program, not a person
                return HttpResponse(status=204)
            return redirect("message-preferences", token)
        return _show(request, "messages/unsubscribe.html", message, token)


@public
@csrf_exempt  # opened from a mail program that keeps no cookies; nothing but the token is a right here
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def preferences(request: HttpRequest, token: str) -> HttpResponse:
    """What one wants to hear of, and by which way."""
    message = _find(request, token)
    if message is None:
        return _say_unknown(request)
    with translation.override(_choose_language(request, message)):
        if request.method == "POST":
            _save(request, message)
            return redirect(f"{request.path}?saved=1&language={translation.get_language()}")
        return _show(request, "messages/preferences.html", message, token)


def _find(request: HttpRequest, token: str) -> Message | None:
    """None also where the message was erased. Raises TooManyAttempts for who tries tokens."""
    found = read_token(Use.PREFERENCES, token)
    if not found or len(found) != 1:
        take(OPENING, limit_subject(str(getattr(request, "client_address", ""))))
        return None
    return find_message(found[0])


def _choose_language(request: HttpRequest, message: Message) -> str:
    """As asked for here, else that of the message, else the reader's browser's."""
    known = {code for code, _name in settings.LANGUAGES}
    for asked in (request.GET.get("language", ""), request.POST.get("language", ""), message.language):
        if asked in known:
            return asked
    return translation.get_language_from_request(request)


def _save(request: HttpRequest, message: Message) -> None:
    """A page without a form's field says no to it; so only what was shown is changed, and what nobody was asked about and
    leaves as it is stays unasked: neither a yes nor a no.
    """
    ends_all = "nothing" in request.POST
    stood = _read_choices(get_chooser(message))
    for channel, purpose in _list_choices(message):
        is_given = not ends_all and f"{channel}.{purpose}" in request.POST
        if ends_all or is_given is not stood(channel, purpose):
            choose(message=message, channel=channel, purpose=purpose, is_given=is_given)
    if list_topics().exists():
        choose_topics(message=message, channel=message.channel, wanted=request.POST.getlist("topic"))


def _list_choices(message: Message) -> list[tuple[str, str]]:
    """By which ways the reader can be reached at all, and for what."""
    customer = get_chooser(message)
    return [
        (channel, purpose)
        for channel in CHANNELS
        if channel in set(Channel) and find_address(customer.pk, channel)
        for purpose in PURPOSES
    ]


def _read_said(customer: Customer) -> dict[tuple[str, str], bool]:
    return {(one.channel, one.purpose): one.is_given for one in list_standings([customer.pk])[customer.pk]}


def _read_choices(customer: Customer) -> Callable[[str, str], bool]:
    """How each box stands: what was said, else what holds without asking."""
    said = _read_said(customer)
    return lambda channel, purpose: said.get((channel, purpose), is_allowed_unasked(channel, purpose))


def _show(request: HttpRequest, template: str, message: Message, token: str) -> HttpResponse:
    customer = get_chooser(message)
    stood = _read_choices(customer)
    refused = set(
        TopicRefusal.objects.filter(customer=customer, channel=message.channel).values_list(
            "topic", flat=True
        )
    )
    language = translation.get_language() or ""
    ways: dict[str, list[dict[str, object]]] = {}
    for channel, purpose in _list_choices(message):
        ways.setdefault(str(say_channel(channel)), []).append(
            {
                "name": f"{channel}.{purpose}",
                "label": say_purpose(purpose),
                "is_given": stood(channel, purpose),
            }
        )
    context = {
        "business": get_business(),
        "address": _say_address(customer, message.channel),
        "channel": say_way(message.channel),
        "purpose": say_purpose(message.purpose),
        "is_over": _read_said(customer).get((find_consent_way(message.channel), message.purpose)) is False,
        "ways": ways,
        "topics": [
            {
                "key": one.key,
                "label": one.label_ar if language.startswith("ar") else one.label_en,
                "is_wanted": one.key not in refused,
            }
            for one in list_topics()
        ],
        "token": token,
        "language": language,
        "was_saved": "saved" in request.GET,
    }
    return _keep_private(render(request, template, context))


@require_GET
def _say_unknown(request: HttpRequest) -> HttpResponse:
    return _keep_private(render(request, "messages/unknown.html", status=404))


def _say_address(customer: Customer, channel: str) -> str:
    """What lies in the shop's pages has no address but its reader."""
    if channel in ONSITE:
        return customer.name or shorten_address(customer.email or customer.phone)
    return shorten_address(find_address(customer.pk, channel))


def _keep_private(response: HttpResponse) -> HttpResponse:
    """The address is a right of its own: it goes to nobody else."""
    response["Referrer-Policy"] = "no-referrer"
    response["X-Robots-Tag"] = "noindex"
    return response
