"""Rules of asking: the list with its switches, one of them with what came of it, writing one with a forecast."""

import uuid
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from wafaa.access.staff.decorators import requires
from wafaa.access.staff.http import StaffRequest
from wafaa.access.staff.rules import Capability
from wafaa.act.messages.queries import name_templates
from wafaa.decide.asking.actions import change_rule, create_rule, make_rule, switch_off, switch_on
from wafaa.decide.asking.forecasting import DAYS, forecast
from wafaa.decide.asking.forms import Offers, RuleForm, describe_rule
from wafaa.decide.asking.models import ASK_STATES, Ask, Rule
from wafaa.decide.asking.queries import count_asks, count_whys, get_rule, list_asks, list_rules
from wafaa.decide.asking.rules import AskState, RuleState
from wafaa.decide.asking.words import say_rule, say_why
from wafaa.design.formats import format_number, format_percent
from wafaa.kit.errors import WafaaError
from wafaa.know.customers.queries import say_customer
from wafaa.learn.segments.offers import name_segment
from wafaa.learn.segments.queries import list_segments

PAGE_ROWS = 50
TONES = {
    AskState.WAITING: "warn",
    AskState.HELD: "accent",
    AskState.SENT: "accent",
    AskState.ANSWERED: "good",
    AskState.SKIPPED: "",
    AskState.LAPSED: "",
}
sees = requires(Capability.SEE_ANSWERS)
edits = requires(Capability.EDIT_SURVEYS)


def make_trail(*more: tuple[str, str]) -> list[tuple[str, str]]:
    return [(_("Asking"), reverse("asking")), *more]


def _name_segments() -> dict[uuid.UUID, str]:
    return {one.uuid: name_segment(one) for one in list_segments()}


@sees
@require_GET
def rules(request: StaffRequest) -> HttpResponse:
    found = list(list_rules())
    counts, segments = count_asks(found), _name_segments()
    rows = [
        {
            "rule": one,
            "sentence": say_rule(one, segment=segments.get(one.segment, "") if one.segment else ""),
            "counts": counts[one.pk],
        }
        for one in found
    ]
    context = {"rows": rows, "may_edit": request.staff.may(Capability.EDIT_SURVEYS), "trail": []}
    return render(request, "asking/rules.html", context)


@sees
@require_GET
def rule(request: StaffRequest, rule_uuid: uuid.UUID) -> HttpResponse:
    """What it says, what came of it, and why others were not asked; ?forecast=1 reckons the last days."""
    shown = get_rule(rule_uuid)
    segments, templates = _name_segments(), {one for one in (shown.template, shown.reminder) if one}
    counts = count_asks([shown])[shown.pk]
    named = name_templates(templates)
    context = {
        "rule": shown,
        "sentence": say_rule(shown, segment=segments.get(shown.segment, "") if shown.segment else ""),
        "counts": counts,
        "shares": {
            name: format_percent(counts[name] / counts["asked"]) if counts["asked"] else ""
            for name in ("opened", "answered", "reminded")
        },
        "whys": [{"why": why, "said": say_why(why), "many": many} for why, many in count_whys(shown)],
        "message": named.get(shown.template, "") if shown.template else "",
        "reminder": named.get(shown.reminder, "") if shown.reminder else "",
        "forecast": _show_forecast(shown) if request.GET.get("forecast") else None,
        "may_edit": request.staff.may(Capability.EDIT_SURVEYS),
        "trail": make_trail(),
    }
    return render(request, "asking/rule.html", context)


def _show_forecast(shown: Rule) -> dict[str, Any]:
    found = forecast(shown)
    return {
        "asked": found.asked,
        "skipped": found.skipped,
        "whys": [{"said": say_why(why), "many": many} for why, many in found.whys],
        "is_cut": found.is_cut,
        "is_empty": not found.asked and not found.skipped,
        "days": DAYS,
    }


@sees
@require_GET
def asked(request: StaffRequest, rule_uuid: uuid.UUID) -> HttpResponse:
    """Everybody on an occasion, the latest first, and what came of it."""
    shown = get_rule(rule_uuid)
    state, why = request.GET.get("state", ""), request.GET.get("why", "")[:60]
    found = list_asks(shown, state=state if state in set(AskState) else "", why=why)
    page = Paginator(found, PAGE_ROWS).get_page(request.GET.get("page"))
    sees_personal = request.staff.may(Capability.SEE_PERSONAL)
    context = {
        "rule": shown,
        "page": page,
        "rows": [_as_row(one, sees_personal) for one in page],
        "states": [("", _("All of them")), *((one.value, ASK_STATES[one]) for one in AskState)],
        "chosen": state,
        "why_said": say_why(why) if why else "",
        "trail": make_trail((shown.name, reverse("asking-rule", args=[shown.uuid]))),
    }
    return render(request, "asking/asked.html", context)


def _as_row(ask: Ask, sees_personal: bool) -> dict[str, Any]:
    state = AskState(ask.state)
    return {
        "ask": ask,
        "who": say_customer(ask.customer, sees_personal),
        "state": ASK_STATES[state],
        "tone": TONES[state],
        "why": say_why(ask.why) if ask.why else "",
        "is_waiting": state is AskState.WAITING,
    }


@edits
@require_http_methods(["GET", "POST"])
def add(request: StaffRequest) -> HttpResponse:
    """Off until it is switched on; ?survey= is chosen beforehand."""
    offers = Offers.read()
    if request.method != "POST":
        given = {"asked": request.GET.get("survey", "")[:40], "name": _("After the delivery")}
        return _show_form(request, RuleForm(initial=given, offers=offers), None)
    form = RuleForm(request.POST, offers=offers)
    if form.is_valid() and not _wants_forecast(request):
        try:
            made = create_rule(plan=form.get_plan(), by=request.staff)
            messages.success(request, _("The rule is made. It is off until you switch it on."))
            return redirect("asking-rule", made.uuid)
        except WafaaError as error:
            form.add_error(None, str(error))
    return _show_form(request, form, None)


@edits
@require_http_methods(["GET", "POST"])
def edit(request: StaffRequest, rule_uuid: uuid.UUID) -> HttpResponse:
    shown, offers = get_rule(rule_uuid), Offers.read()
    if request.method != "POST":
        return _show_form(request, RuleForm(initial=describe_rule(shown), offers=offers, rule=shown), shown)
    form = RuleForm(request.POST, offers=offers, rule=shown)
    if form.is_valid() and not _wants_forecast(request):
        try:
            change_rule(rule=shown, plan=form.get_plan(), by=request.staff)
            messages.success(request, _("Saved."))
            return redirect("asking-rule", shown.uuid)
        except WafaaError as error:
            form.add_error(None, str(error))
    return _show_form(request, form, shown)


def _wants_forecast(request: StaffRequest) -> bool:
    return request.POST.get("do") == "forecast"


def _show_form(request: StaffRequest, form: RuleForm, shown: Rule | None) -> HttpResponse:
    reckoned = None
    if form.is_bound and not form.errors and _wants_forecast(request):
        try:
            plan = make_rule(form.get_plan())
            plan.uuid, plan.pk = (shown.uuid, shown.pk) if shown else (plan.uuid, None)
            reckoned = _show_forecast(plan)
        except WafaaError as error:
            form.add_error(None, str(error))
    more = [(shown.name, reverse("asking-rule", args=[shown.uuid]))] if shown else []
    context = {
        "form": form,
        "rule": shown,
        "forecast": reckoned,
        "is_narrowed": bool(form["where_key"].value() or form["event_or"].value()),
        "trail": make_trail(*more),
    }
    return render(request, "asking/form.html", context, status=422 if form.errors else 200)


@edits
@require_POST
def turn(request: StaffRequest, rule_uuid: uuid.UUID) -> HttpResponse:
    """On or off; back to where the switch was pressed."""
    shown = get_rule(rule_uuid)
    wanted = request.POST.get("state", "")
    try:
        if wanted == RuleState.ON:
            switch_on(rule=shown, by=request.staff)
            words = _("“%(name)s” is on. What happened before is not asked about.")
            messages.success(request, words % {"name": shown.name})
        elif wanted == RuleState.OFF:
            _turn_off(request, shown)
    except WafaaError as error:
        messages.error(request, str(error))
    return redirect("asking") if request.POST.get("back") == "list" else redirect("asking-rule", shown.uuid)


def _turn_off(request: StaffRequest, shown: Rule) -> None:
    many = switch_off(rule=shown, by=request.staff)
    words = ngettext(
        "“%(name)s” is off. %(count)s customer who was waiting is not asked.",
        "“%(name)s” is off. %(count)s customers who were waiting are not asked.",
        many,
    )
    text = words if many else _("“%(name)s” is off.")
    messages.success(request, text % {"name": shown.name, "count": format_number(many)})
