"""The console's pages of providers: who carries each channel, the account, its address for what comes back, a test."""

import uuid
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from wafaa.access.limits.actions import take
from wafaa.access.limits.rules import Limit
from wafaa.access.staff.decorators import requires
from wafaa.access.staff.http import StaffRequest
from wafaa.access.staff.rules import Capability
from wafaa.act.messages.actions.hearing import read_failed_again
from wafaa.act.messages.actions.providing import (
    change_provider,
    get_carrier,
    open_secrets,
    remove_provider,
    set_up_provider,
    turn_provider,
)
from wafaa.act.messages.channels.carriers import HOOK_SECRET, Carrier, open_account
from wafaa.act.messages.channels.sms.names import SENDER
from wafaa.act.messages.channels.webhook.standard import SECRET
from wafaa.act.messages.errors import CarrierUnknown, FieldMissing, ProviderMissing, ProviderNeeded
from wafaa.act.messages.models import Provider
from wafaa.act.messages.pages.console import build_trail
from wafaa.act.messages.provider_forms import ProviderForm, TestForm
from wafaa.act.messages.providing_queries import (
    SHOWN,
    count_failed,
    get_provider,
    list_callbacks,
    list_ways,
    say_carrier,
)
from wafaa.act.messages.queries import find_site, get_house
from wafaa.act.messages.senders import list_pack_senders, write_sender
from wafaa.act.messages.testing_providers import ask_for_provider_test
from wafaa.act.messages.trying import find_test
from wafaa.act.messages.words import say_refusal, say_way, say_why
from wafaa.kit.sealing import SealBroken

# Whoever holds such an account can spend its money.
manages = requires(Capability.MANAGE_CONNECTIONS)
TESTS = Limit(name="message_provider_test", burst=10, every_s=30)


@manages
@require_GET
def providers(request: StaffRequest) -> HttpResponse:
    """By channel who carries it, and who could."""
    rows = [
        {
            "way": say_way(line.channel),
            "channel": line.channel,
            "active": line.active,
            "name": say_carrier(line.active.kind) if line.active else "",
            "resting": [(one, say_carrier(one.kind)) for one in line.resting],
            "carriers": line.carriers,
            "server": settings.EMAIL_HOST if line.channel == "email" else "",
        }
        for line in list_ways()
    ]
    return render(request, "messages/providers.html", {"rows": rows})


@manages
@require_http_methods(["GET", "POST"])
def new(request: StaffRequest, kind: str) -> HttpResponse:
    carrier = _get_carrier(kind)
    form = ProviderForm(request.POST or None, carrier=carrier)
    if request.method == "POST" and form.is_valid():
        try:
            made = set_up_provider(kind=kind, given=form.get_given(), by=request.staff)
        except FieldMissing as error:
            form.add_error(error.facts["field"], str(error))
        else:
            messages.success(request, _("Set up. Messages of this channel go this way from now on."))
            return redirect("message-provider", made.uuid)
    context = {
        "carrier": carrier,
        "way": say_way(carrier.channel),
        "form": form,
        "trail": _trail(),
    }
    return render(request, "messages/provider_new.html", context, status=422 if form.errors else 200)


@manages
@require_http_methods(["GET", "POST"])
def provider(request: StaffRequest, provider_uuid: uuid.UUID) -> HttpResponse:
    """The account, where its words arrive, what it told lately."""
    found = _get(provider_uuid)
    carrier = _get_carrier(found.kind)
    form = ProviderForm(request.POST or None, carrier=carrier, provider=found)
    if request.method == "POST" and form.is_valid():
        try:
            change_provider(provider=found, given=form.get_given(), by=request.staff)
        except FieldMissing as error:
            form.add_error(error.facts["field"], str(error))
        else:
            messages.success(request, _("Saved. It holds for every message from now on."))
            return redirect("message-provider", provider_uuid)
    context = {**_describe(request, found, carrier), "form": form}
    return render(request, "messages/provider.html", context, status=422 if form.errors else 200)


def _describe(request: StaffRequest, found: Provider, carrier: Carrier) -> dict[str, Any]:
    site = find_site(get_house(), settings.CSRF_TRUSTED_ORIGINS)
    try:
        account = open_account(found)
    except SealBroken:
        account = None
    secrets = open_secrets(found)
    key = request.GET.get("test", "")
    test = find_test(key) if key else None
    return {
        "provider": found,
        "carrier": carrier,
        "way": say_way(found.channel),
        "is_lost": account is None,
        "is_reachable": account is None or account.is_reachable,
        "hook": _write_hook(found, site, secrets),
        "shown": _list_shown(carrier, secrets),
        "senders": _list_senders(found) if found.channel == "sms" else [],
        "failed": count_failed(found),
        "refusal": say_refusal(found.last_refusal),
        "callbacks": list(list_callbacks(found)[:SHOWN]),
        "test_form": TestForm(initial={"address": _find_own_address(request, found)}, channel=found.channel),
        "test": {**test, "key": key, "why": say_why(test.get("error", ""))} if test else None,
        "trail": _trail(),
    }


def _write_hook(found: Provider, site: str, secrets: dict[str, str]) -> str:
    """With the word that proves where it comes from, of those that sign nothing."""
    address = f"{site}{reverse('message-hook', args=[found.uuid])}"
    needs_word = HOOK_SECRET in secrets and found.channel != "whatsapp"
    return f"{address}?key={secrets[HOOK_SECRET]}" if needs_word else address


def _list_shown(carrier: Carrier, secrets: dict[str, str]) -> list[tuple[Any, str]]:
    """What was made here and is entered over there."""
    keys = {SECRET} | ({HOOK_SECRET} if carrier.channel == "whatsapp" else set())
    return [(one.label, secrets[one.key]) for one in carrier.fields if one.key in keys and one.key in secrets]


def _list_senders(found: Provider) -> list[tuple[str, str, str]]:
    """By what name offers come in countries that ask for a mark."""
    name = str(found.settings.get(SENDER.key, ""))
    rules = get_house().senders
    countries = dict.fromkeys(one.country for one in (*rules, *list_pack_senders()))
    return [
        (country, write_sender(name, country=country, rules=rules), rule.source)
        for country in countries
        for rule in [next(one for one in rules if one.country == country)]
    ]


def _find_own_address(request: StaffRequest, found: Provider) -> str:
    return request.staff.email if found.channel == "email" else ""


@manages
@require_POST
def test(request: StaffRequest, provider_uuid: uuid.UUID) -> HttpResponse:
    """One message to an address that is typed here; the worker sends it."""
    found = _get(provider_uuid)
    form = TestForm(request.POST, channel=found.channel)
    if not form.is_valid():
        messages.error(request, " ".join(str(one) for errors in form.errors.values() for one in errors))
        return redirect("message-provider", provider_uuid)
    take(TESTS, f"staff:{request.staff.pk}")
    key = ask_for_provider_test(
        provider=found, address=form.cleaned_data["address"], template=form.cleaned_data.get("template", "")
    )
    return redirect(f"{reverse('message-provider', args=[provider_uuid])}?test={key}")


@manages
@require_POST
def act(request: StaffRequest, provider_uuid: uuid.UUID, deed: str) -> HttpResponse:
    """On, off, remove, read again."""
    found = _get(provider_uuid)
    if deed in {"on", "off"}:
        turn_provider(provider=found, is_active=deed == "on", by=request.staff)
        messages.success(
            request,
            _("It carries the channel from now on.") if deed == "on" else _("It carries nothing any more."),
        )
    elif deed == "read-again":
        read_failed_again(provider=found)
        messages.success(request, _("What could not be read is read again within a minute."))
    elif deed == "remove":
        try:
            remove_provider(provider=found, by=request.staff)
        except ProviderNeeded as error:
            messages.error(request, str(error))
            return redirect("message-provider", provider_uuid)
        messages.success(request, _("Removed, with its secrets."))
        return redirect("message-providers")
    else:
        raise Http404
    return redirect("message-provider", provider_uuid)


def _get(provider_uuid: uuid.UUID) -> Provider:
    try:
        return get_provider(provider_uuid)
    except ProviderMissing as error:
        raise Http404 from error


def _get_carrier(kind: str) -> Carrier:
    try:
        return get_carrier(kind)
    except CarrierUnknown as error:
        raise Http404 from error


def _trail() -> list[tuple[str, str]]:
    return build_trail((_("Providers"), reverse("message-providers")))
