"""All budgets with what is left of them, what waits for a second person, and a new budget."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from wafaa.access.staff.decorators import requires
from wafaa.access.staff.http import StaffRequest
from wafaa.access.staff.rules import Capability
from wafaa.act.points.queries import is_alone
from wafaa.decide.gifts.actions import approve_gift, decline_gift, make_budget
from wafaa.decide.gifts.forms import BudgetForm
from wafaa.decide.gifts.models import Budget, Gift
from wafaa.decide.gifts.queries import count_spent, list_asked, list_budgets
from wafaa.decide.gifts.rules import REQUEST_LIVES, find_month
from wafaa.decide.gifts.words import say_cost
from wafaa.kit import clock
from wafaa.kit.errors import WafaaError
from wafaa.know.customers.queries import say_customer


@requires(Capability.SEE_LOYALTY)
@require_GET
def gifts(request: StaffRequest) -> HttpResponse:
    now = clock.now()
    may_change = request.staff.may(Capability.MANAGE_LOYALTY)
    context: dict[str, Any] = {
        "rows": [show_budget(request, one) for one in list_budgets()],
        "asked": [_show_asked(request, one) for one in list_asked(now)] if may_change else [],
        "may_change": may_change,
        "is_alone": is_alone(request.staff),
        "trail": [(_("Loyalty"), reverse("loyalty"))],
    }
    return render(request, "gifts/gifts.html", context)


def show_budget(request: StaffRequest, budget: Budget) -> dict[str, Any]:
    """With what was spent of it this month."""
    spent = count_spent(budget, find_month(clock.now(), request.business.zone))
    return {
        "budget": budget,
        "per_month": say_cost(budget.per_month, budget),
        "spent": say_cost(spent, budget),
        "left": say_cost(max(budget.per_month - spent, 0), budget),
        "is_over": spent >= budget.per_month,
    }


@requires(Capability.MANAGE_LOYALTY)
@require_http_methods(["GET", "POST"])
def new(request: StaffRequest) -> HttpResponse:
    form = BudgetForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        made = make_budget(
            key=form.cleaned_data["key"],
            name=form.get_name(),
            limits=form.get_limits(),
            unit=form.get_unit(),
            currency=form.currency,
            by=request.staff,
        )
        return redirect("gift-budget", made.uuid)
    context = {
        "form": form,
        "trail": [(_("Loyalty"), reverse("loyalty")), (_("Gifts"), reverse("gifts"))],
    }
    return render(request, "gifts/new.html", context, status=422 if form.errors else 200)


@requires(Capability.MANAGE_LOYALTY)
@require_POST
def decide(request: StaffRequest, gift_uuid: uuid.UUID) -> HttpResponse:
    deed = request.POST.get("deed")
    if deed not in {"approve", "decline"}:
        raise Http404
    try:
        if deed == "approve":
            approve_gift(gift=gift_uuid, by=request.staff, at=clock.now())
            messages.success(request, _("Approved. The gift was given."))
        else:
            decline_gift(gift=gift_uuid, by=request.staff, at=clock.now())
            messages.success(request, _("Declined. Nothing was given."))
    except WafaaError as error:
        messages.warning(request, str(error))
    return redirect("gifts")


def _show_asked(request: StaffRequest, one: Gift) -> dict[str, Any]:
    sees = request.staff.may(Capability.SEE_PERSONAL)
    return {
        "gift": one,
        "cost": say_cost(one.cost, one.budget),
        "customer": say_customer(one.customer, sees) if one.customer else "",
        "is_own": one.by_id == request.staff.pk,
        "ends_at": one.asked_at + REQUEST_LIVES,
    }
