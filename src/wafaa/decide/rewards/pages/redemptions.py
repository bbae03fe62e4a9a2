"""What members redeemed: the list, one with what can be done about it, and the panel on a customer's page."""

import uuid
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from wafaa.access.staff.decorators import requires
from wafaa.access.staff.http import StaffRequest
from wafaa.access.staff.rules import Capability
from wafaa.decide.rewards.actions import cancel, confirm, see_to, take_back
from wafaa.decide.rewards.forms import RedemptionFilterForm, SettleForm
from wafaa.decide.rewards.models import Redemption
from wafaa.decide.rewards.queries import count_heeds, get_redemption, list_redemptions
from wafaa.decide.rewards.rules import Standing
from wafaa.decide.rewards.words import say_points
from wafaa.kit import clock
from wafaa.kit.errors import WafaaError
from wafaa.know.customers.queries import say_customer
from wafaa.know.orders.models import Order
from wafaa.know.orders.queries import get_store_scope, get_visible_customer

PAGE_ROWS = 30
SHOWN = 8
TONES = {Standing.PLACED: "accent", Standing.CONFIRMED: "good", Standing.RETURNED: "warn"}


@requires(Capability.SEE_LOYALTY)
@require_GET
def redemptions(request: StaffRequest) -> HttpResponse:
    form = RedemptionFilterForm(request.GET)
    asked = form.get_asked()
    sees_personal = request.staff.may(Capability.SEE_PERSONAL)
    page = Paginator(list_redemptions(**asked), PAGE_ROWS).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "page": page,
        "redemptions": [show_redemption(one, sees_personal) for one in page],
        "is_narrowed": any(asked.values()),
        "heeds": count_heeds(),
        "needs_heed": asked["needs_heed"],
        "trail": [(_("Rewards"), reverse("rewards"))],
    }
    return render(request, "rewards/redemptions.html", context)


def show_redemption(one: Redemption, sees_personal: bool) -> dict[str, Any]:
    """In words."""
    return {
        "one": one,
        "name": one.say_name(get_language() or "ar"),
        "customer": say_customer(one.customer, sees_personal) if one.customer else "",
        "points": say_points(one.points, one.unit),
        "back": say_points(one.returned, one.unit) if one.returned else "",
        "tone": TONES.get(one.standing, ""),
    }


@requires(Capability.SEE_LOYALTY)
@require_http_methods(["GET", "POST"])
def redemption(request: StaffRequest, redemption_uuid: uuid.UUID) -> HttpResponse:
    """POST settles it, for who may manage loyalty."""
    one = get_redemption(redemption_uuid)
    may_change = request.staff.may(Capability.MANAGE_LOYALTY)
    if may_change and request.POST.get("deed") == "seen":
        see_to(redemption_id=one.pk, by=request.staff)
        messages.success(request, _("Done."))
        return redirect("redemption", one.uuid)
    form = SettleForm(request.POST if request.method == "POST" and may_change else None, one=one)
    if form.is_bound and form.is_valid():
        try:
            settle(request, one, form)
        except WafaaError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("Done."))
            return redirect("redemption", one.uuid)
    order = Order.objects.filter(pk=one.order_id).first() if one.order_id else None
    context = {
        **show_redemption(one, request.staff.may(Capability.SEE_PERSONAL)),
        "form": form,
        "order": order,
        "may_change": may_change,
        "is_placed": one.standing is Standing.PLACED,
        "may_confirm": one.standing in {Standing.PLACED, Standing.TIMED_OUT},
        "is_confirmed": one.standing is Standing.CONFIRMED,
        "trail": [(_("Rewards"), reverse("rewards")), (_("Redemptions"), reverse("redemptions"))],
    }
    return render(request, "rewards/redemption.html", context, status=422 if form.errors else 200)


def settle(request: StaffRequest, one: Redemption, form: SettleForm) -> None:
    """Raises what the actions raise."""
    told, now = form.cleaned_data, clock.now()
    key = f"console:{told['key']}"
    if told["deed"] == "confirm":
        confirm(key=key, redemption_id=one.pk, at=now, by=request.staff)
    elif told["deed"] == "cancel":
        cancel(key=key, redemption_id=one.pk, at=now, by=request.staff, reason=told["reason"])
    else:
        take_back(
            key=key,
            redemption_id=one.pk,
            at=now,
            by=request.staff,
            reason=told["reason"],
            amount=told["points"],
        )


@requires(Capability.SEE_LOYALTY)
@require_GET
def panel(request: StaffRequest, customer_uuid: uuid.UUID) -> HttpResponse:
    customer = get_visible_customer(customer_uuid, get_store_scope(request.staff))
    label = say_customer(customer, request.staff.may(Capability.SEE_PERSONAL))
    context = {
        "customer": customer,
        "label": label,
        "redemptions": [
            show_redemption(one, True) for one in list_redemptions(customer_id=customer.pk)[:SHOWN]
        ],
        "trail": [(label, reverse("customer", args=[customer.uuid]))],
    }
    template = "rewards/panel.html" if request.htmx else "rewards/panel_page.html"
    return render(request, template, context)
