"""One budget: its figures by employee, what is given from it, its rules and draws, its limits."""

import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from wafaa.access.staff.decorators import requires
from wafaa.access.staff.http import StaffRequest
from wafaa.access.staff.models import Staff
from wafaa.access.staff.rules import Capability
from wafaa.act.points.words import name_unit
from wafaa.decide.gifts.actions import (
    add_present,
    add_rule,
    change_budget,
    draw_gifts,
    turn_present,
    turn_rule,
)
from wafaa.decide.gifts.forms import BudgetForm, DrawForm, PresentForm, RuleForm
from wafaa.decide.gifts.models import Budget, Present, Rule
from wafaa.decide.gifts.pages.gifts import show_budget
from wafaa.decide.gifts.queries import (
    count_missed,
    get_budget,
    list_draws,
    list_presents,
    list_rules,
    measure,
)
from wafaa.decide.gifts.rules import BACK_DAYS
from wafaa.decide.gifts.words import say_cost, say_points, say_rule
from wafaa.kit import clock
from wafaa.kit.errors import WafaaError
from wafaa.kit.money import name_currency

DAYS = 90
DRAWS_SHOWN = 10


@requires(Capability.SEE_LOYALTY)
@require_GET
def budget(request: StaffRequest, budget_uuid: uuid.UUID) -> HttpResponse:
    return _show(request, get_budget(budget_uuid))


@requires(Capability.MANAGE_LOYALTY)
@require_POST
def change(request: StaffRequest, budget_uuid: uuid.UUID) -> HttpResponse:
    shown = get_budget(budget_uuid)
    form = BudgetForm(request.POST, budget=shown, auto_id="id_budget_%s")
    if form.is_valid():
        change_budget(budget=shown, name=form.get_name(), limits=form.get_limits(), by=request.staff)
        messages.success(request, _("Saved."))
        return redirect("gift-budget", shown.uuid)
    return _show(request, shown, budget_form=form)


@requires(Capability.MANAGE_LOYALTY)
@require_POST
def offer(request: StaffRequest, budget_uuid: uuid.UUID) -> HttpResponse:
    shown = get_budget(budget_uuid)
    form = PresentForm(request.POST, budget=shown, auto_id="id_present_%s")
    return _do(
        request,
        shown,
        form,
        name="present_form",
        deed=lambda values: add_present(budget=shown, by=request.staff, **values),
    )


@requires(Capability.MANAGE_LOYALTY)
@require_POST
def rule(request: StaffRequest, budget_uuid: uuid.UUID) -> HttpResponse:
    shown = get_budget(budget_uuid)
    form = RuleForm(request.POST, budget=shown, auto_id="id_rule_%s")
    return _do(
        request, shown, form, name="rule_form", deed=lambda values: add_rule(by=request.staff, **values)
    )


@requires(Capability.MANAGE_LOYALTY)
@require_POST
def draw(request: StaffRequest, budget_uuid: uuid.UUID) -> HttpResponse:
    shown = get_budget(budget_uuid)
    form = DrawForm(request.POST, budget=shown, auto_id="id_draw_%s")
    return _do(
        request,
        shown,
        form,
        name="draw_form",
        deed=lambda values: draw_gifts(by=request.staff, at=clock.now(), **values),
    )


@requires(Capability.MANAGE_LOYALTY)
@require_POST
def turn(request: StaffRequest, budget_uuid: uuid.UUID) -> HttpResponse:
    """What is given, or a rule, on or off."""
    shown = get_budget(budget_uuid)
    is_on = request.POST.get("state") == "on"
    if told := request.POST.get("rule"):
        turn_rule(rule=_find(Rule, shown, told), is_on=is_on, by=request.staff)
    else:
        found = _find(Present, shown, request.POST.get("present", ""))
        turn_present(present=found, is_on=is_on, by=request.staff)
    messages.success(request, _("Saved."))
    return redirect("gift-budget", shown.uuid)


def _find(model: Any, shown: Budget, told: str) -> Any:
    try:
        own = uuid.UUID(told)
    except ValueError:
        own = uuid.UUID(int=0)
    return get_object_or_404(model, budget=shown, uuid=own)


def _do(
    request: StaffRequest, shown: Budget, form: Any, *, name: str, deed: Callable[[dict[str, Any]], object]
) -> HttpResponse:
    if form.is_valid():
        try:
            deed(form.get_values())
        except WafaaError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("Saved."))
            return redirect("gift-budget", shown.uuid)
    return _show(request, shown, **{name: form})


def _show(request: StaffRequest, shown: Budget, **forms: Form) -> HttpResponse:
    """A form that came back with errors stands in for a fresh one."""
    may_change = request.staff.may(Capability.MANAGE_LOYALTY)
    presents = list(list_presents(shown))
    context: dict[str, Any] = {
        **show_budget(request, shown),
        **_measure(shown),
        "presents": [
            {"present": one, "cost": say_cost(one.cost, shown), "points": say_points(one)} for one in presents
        ],
        "rules": [{"rule": one, "sentence": say_rule(one)} for one in list_rules(shown)],
        "draws": list_draws(shown)[:DRAWS_SHOWN],
        "counted_in": name_unit(shown.unit)
        if shown.unit
        else name_currency(shown.currency, get_language() or "en"),
        "may_change": may_change,
        "trail": [(_("Loyalty"), reverse("loyalty")), (_("Gifts"), reverse("gifts"))],
    }
    if may_change:
        context |= {
            "budget_form": BudgetForm(budget=shown, auto_id="id_budget_%s"),
            "present_form": PresentForm(budget=shown, auto_id="id_present_%s"),
            "rule_form": RuleForm(budget=shown, auto_id="id_rule_%s"),
            "draw_form": DrawForm(budget=shown, auto_id="id_draw_%s"),
            "has_presents": any(one.is_on for one in presents),
            **forms,
        }
    return render(request, "gifts/budget.html", context, status=422 if forms else 200)


def _measure(shown: Budget) -> dict[str, Any]:
    now = clock.now()
    start = now - timedelta(days=DAYS)
    figures = measure(shown, start=start, end=now, at=now)
    names = {one.pk: str(one) for one in Staff.objects.filter(pk__in=[one.staff_id for one in figures])}
    due, back = sum(one.due for one in figures), sum(one.back for one in figures)
    return {
        "figures": [
            {"figures": one, "name": names.get(one.staff_id or 0, ""), "cost": say_cost(one.cost, shown)}
            for one in figures
        ],
        "given": sum(one.given for one in figures),
        "used": sum(one.used for one in figures),
        "cost": say_cost(sum(one.cost for one in figures), shown),
        "due": due,
        "back_share": back / due if due else None,
        "missed": count_missed(shown, start=start, end=now),
        "days": DAYS,
        "back_days": BACK_DAYS,
    }
