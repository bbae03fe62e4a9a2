"""How the business sends: sender, hours, budgets, rates, topics; and how all its messages look."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from wafaa.access.staff.http import StaffRequest
from wafaa.act.messages.actions import change_settings, save_topic
from wafaa.act.messages.actions.blocks import save_look
from wafaa.act.messages.errors import SettingsWrong, TemplateWrong
from wafaa.act.messages.forms import (
    BudgetRows,
    HouseForm,
    LookForm,
    RateRows,
    SenderRows,
    TopicForm,
    WindowRows,
    describe_house,
    read_rows,
)
from wafaa.act.messages.gate import list_blockers
from wafaa.act.messages.hours import find_country, load_packs
from wafaa.act.messages.house import write_house
from wafaa.act.messages.pages.console import build_trail, sends
from wafaa.act.messages.queries import find_site, get_house, list_topics
from wafaa.act.messages.template_queries import get_look
from wafaa.know.consents.models import say_channel


@sends
@require_http_methods(["GET", "POST"])
def house(request: StaffRequest) -> HttpResponse:
    """Sender, budgets, hours, rates: one form, for one press."""
    told = describe_house(write_house(get_house()))
    posted = request.POST if request.method == "POST" else None
    form = HouseForm(posted, initial=told["house"])
    rows: dict[str, Any] = {
        "budgets": BudgetRows(posted, prefix="budgets", initial=told["budgets"]),
        "windows": WindowRows(posted, prefix="windows", initial=told["windows"] + _copy_pack(request)),
        "senders": SenderRows(posted, prefix="senders", initial=told["senders"] + _copy_sender(request)),
        "rates": RateRows(posted, prefix="rates", initial=told["rates"]),
    }
    is_whole = posted is not None and all([form.is_valid(), *(one.is_valid() for one in rows.values())])
    if is_whole and _save(request, form, rows):
        return redirect("message-settings")
    context = {
        "form": form,
        **rows,
        "packs": [_describe_pack(pack) for pack in load_packs().values()],
        "blockers": [f"{one.__module__}.{one.__qualname__}" for one in list_blockers()],
        "topics": list(list_topics()),
        "topic_form": TopicForm(),
        "sender": settings.DEFAULT_FROM_EMAIL,
        "server": settings.EMAIL_HOST,
        "site": find_site(get_house(), settings.CSRF_TRUSTED_ORIGINS),
        "trail": build_trail(),
        "copied": request.GET.get("take", "").upper(),
    }
    return render(request, "messages/settings.html", context, status=422 if posted is not None else 200)


def _save(request: StaffRequest, form: HouseForm, rows: dict[str, Any]) -> bool:
    changes = {
        **form.cleaned_data,
        "budgets": read_rows(rows["budgets"]),
        "windows": read_rows(rows["windows"]),
        "senders": read_rows(rows["senders"]),
        "rates": {one["name"]: one["per_minute"] for one in read_rows(rows["rates"])},
    }
    try:
        change_settings(changes=changes, by=request.staff)
    except SettingsWrong as error:
        messages.error(request, str(error))
        return False
    messages.success(request, _("Saved. It holds for every message from now on."))
    return True


def _copy_pack(request: StaffRequest) -> list[dict[str, Any]]:
    """A country's hours as rows of the business's own, to be changed and saved."""
    pack = load_packs().get(find_country(request.GET.get("take", "")))
    if pack is None:
        return []
    return [{"country": pack["country"], **told} for told in pack["hours"]]


def _copy_sender(request: StaffRequest) -> list[dict[str, Any]]:
    """How a country wants senders of offers to be called, likewise."""
    pack = load_packs().get(find_country(request.GET.get("sender", "")))
    return [{"country": pack["country"], **pack["sender"]}] if pack and pack.get("sender") else []


def _describe_pack(pack: Any) -> dict[str, Any]:
    return {
        **pack,
        "hours": [
            {**told, "way": say_channel(told["channel"]) if told["channel"] else _("every way")}
            for told in pack["hours"]
        ],
    }


@sends
@require_POST
def topic(request: StaffRequest) -> HttpResponse:
    form = TopicForm(request.POST)
    if form.is_valid():
        save_topic(**form.cleaned_data, by=request.staff)
        messages.success(request, _("The topic is saved. Customers find it among their choices."))
    else:
        messages.error(
            request,
            _("A topic needs a short name of small letters, and what it is called in both languages."),
        )
    return redirect("message-settings")


@sends
@require_http_methods(["GET", "POST"])
def look(request: StaffRequest) -> HttpResponse:
    """Colour, logo, addresses, digits of all messages."""
    currency = request.business.currency
    form = LookForm(
        request.POST if request.method == "POST" else None, instance=get_look(), currency=currency
    )
    if request.method == "POST" and form.is_valid():
        try:
            save_look(changes=form.changes, by=request.staff)
        except (ValidationError, TemplateWrong) as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("Saved. All messages look so from now on."))
            return redirect("message-look")
    context = {"form": form, "trail": build_trail()}
    return render(request, "messages/look.html", context, status=422 if form.errors else 200)
