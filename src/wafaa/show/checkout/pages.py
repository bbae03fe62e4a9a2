"""What a refund of an order would undo, and the same page notes it."""

import uuid
from collections.abc import Iterator, Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from wafaa.access.staff.decorators import requires
from wafaa.access.staff.http import StaffRequest
from wafaa.access.staff.models import Staff
from wafaa.access.staff.rules import Capability
from wafaa.act.points.models import Unit
from wafaa.act.points.queries import find_limits, is_alone
from wafaa.act.points.words import name_unit, say_amount, say_counted
from wafaa.decide.loyalty.models import Occasion
from wafaa.decide.loyalty.queries import find_occasions, read_version
from wafaa.decide.loyalty.rules.content import Earn
from wafaa.decide.loyalty.rules.refunding import Preview, Taken
from wafaa.decide.loyalty.words import name_rule, say_rule
from wafaa.kit import clock
from wafaa.kit.errors import WafaaError
from wafaa.kit.ids import new_id
from wafaa.kit.money import format_money
from wafaa.kit.text import choose_words
from wafaa.know.customers.queries import say_customer
from wafaa.know.orders.models import Order
from wafaa.know.orders.queries import get_order, get_store_scope
from wafaa.show.checkout.actions import check_wish, refund_as_staff
from wafaa.show.checkout.forms import RefundForm
from wafaa.show.checkout.refunds import (
    Foreseen,
    find_left,
    is_told_elsewhere,
    list_pieces_left,
    preview_wish,
)


@requires(Capability.TELL_REFUNDS)
@require_http_methods(["GET", "POST"])
def refund(request: StaffRequest, order_uuid: uuid.UUID) -> HttpResponse:
    """What the form says so far is only looked at; with "note" it is done."""
    order: Order = get_order(order_uuid, request.business.zone, stores=get_store_scope(request.staff))
    is_done = request.method == "POST" and "note" in request.POST
    form = _ask(order, request.POST or {"scope": "whole", "key": new_id()}, asks_why=is_done)
    if is_done and form.is_valid():
        try:
            _note(request, order, form)
        except WafaaError as error:
            form = _ask(order, request.POST, asks_why=is_done)  # somebody else may have noted one meanwhile
            form.add_error(None, str(error))
        else:
            return redirect("order", order.uuid)
    template = "checkout/preview.html" if request.htmx else "checkout/refund.html"
    return render(request, template, _frame(request, order, form), status=422 if is_done else 200)


def _ask(order: Order, told: Any, *, asks_why: bool) -> RefundForm:
    return RefundForm(
        told,
        order=order,
        left_minor=find_left(order),
        lines=list_pieces_left(order),
        asks_why=asks_why,
    )


def _note(request: StaffRequest, order: Order, form: RefundForm) -> None:
    """Raises what refund_as_staff raises."""
    wish = form.get_wish(shown=form.cleaned_data["shown_left"])
    kept = sum(one.minor for one in preview_wish(order, wish).loyalty.charges)
    is_new = refund_as_staff(
        key=form.cleaned_data["key"],
        order=order,
        wish=wish,
        reason=form.cleaned_data["reason"],
        by=request.staff,
        at=clock.now(),
    )
    if is_new:
        words = _(
            "The refund of %(amount)s was noted. In a moment it stands here, and what follows from it is done."
        )
        if kept:
            words = _(
                "The refund of %(amount)s was noted. Pay out %(rest)s only: %(kept)s are kept back for points that were spent."
            )
        sums = {"amount": wish.amount_minor, "rest": wish.amount_minor - kept, "kept": kept}
        language = get_language() or "en"
        told = {name: format_money(minor, order.currency, language) for name, minor in sums.items()}
        messages.success(request, words % told)
    else:
        messages.info(request, _("This refund was noted before."))


def _frame(request: StaffRequest, order: Order, form: RefundForm) -> dict[str, Any]:
    sees_personal = request.staff.may(Capability.SEE_PERSONAL)
    shown, why = _preview(order, form)
    return {
        "order": order,
        "customer": say_customer(order.customer, sees_personal),
        "form": form,
        "rows": form.list_rows(),
        "shown": shown,
        "why": why,
        "left": format_money(form.left_minor, order.currency, get_language() or "en"),
        "has_left": form.left_minor > 0,
        "is_elsewhere": is_told_elsewhere(order),
        "limits": _say_limits(request.staff),
        "trail": [
            (_("Orders"), reverse("orders")),
            (_("Order %(number)s") % {"number": order}, reverse("order", args=[order.uuid])),
        ],
    }


def _preview(order: Order, form: RefundForm) -> tuple[dict[str, Any] | None, str]:
    """What would happen, or why nothing can be told. What is refunded elsewhere is foreseen as well."""
    if not form.is_valid() and {"scope", "amount", *(row["field"].name for row in form.list_rows())} & set(
        form.errors
    ):
        return None, _("Something above cannot be read yet.")
    wish = form.get_wish()
    if wish.amount_minor <= 0:
        return None, _("Say how much is given back.")
    try:
        check_wish(order, wish)
    except WafaaError as error:
        if not is_told_elsewhere(order):
            return None, str(error)
    return show(order, preview_wish(order, wish), wish.amount_minor), ""


def show(order: Order, found: Foreseen, amount_minor: int) -> dict[str, Any]:
    """In words and figures."""
    units = {one.code: one for one in Unit.objects.all()}
    preview = found.loyalty
    kept = sum(one.minor for one in preview.charges)
    return {
        "money": format_money(amount_minor, order.currency, get_language() or "en"),
        "charges": [
            {
                "amount": say_counted(one.points, units[one.unit]),
                "money": format_money(one.minor, one.currency, get_language() or "en"),
            }
            for one in preview.charges
        ],
        "rest": format_money(amount_minor - kept, order.currency, get_language() or "en"),
        "is_nothing": not (
            preview.taken or preview.given or preview.returned or preview.tiers or found.gifts
        ),
        "sums": [
            {
                "amount": say_counted(-sum(part.amount for part in parts), units[code], signed=True),
                "ways": list(_say_ways(parts, units[code])),
            }
            for code in dict.fromkeys(one.unit for one in preview.taken)
            if (parts := [one for one in preview.taken if one.unit == code])
        ],
        "rules": _show_rules(order, preview, units),
        "given": [say_counted(one.points, units[one.unit]) for one in preview.given],
        "returned": [
            {
                "name": choose_words(one.name),
                "amount": say_counted(one.points, units[one.unit], signed=True),
            }
            for one in preview.returned
        ],
        "tiers": [
            {"before": choose_words(one.before_name), "after": choose_words(one.after_name)}
            for one in preview.tiers
        ],
        "gifts": [str(one.present) for one in found.gifts],
    }


def _show_rules(order: Order, preview: Preview, units: dict[str, Unit]) -> list[dict[str, Any]]:
    """What each rule takes back, by the sentence that gave it."""
    occasions: dict[int, Occasion] = {one.pk: one for one in find_occasions(order.pk)}
    names = {code: name_unit(unit) for code, unit in units.items()}
    sums: dict[tuple[int, int], int] = {}
    for one in preview.taken:
        sums[one.occasion_id, one.rule] = sums.get((one.occasion_id, one.rule), 0) + one.amount
    rows = []
    for (occasion_id, number), amount in sums.items():
        rule = _find_rule(occasions[occasion_id], number)
        unit = units[rule.unit]
        rows.append(
            {
                "name": name_rule(rule),
                "sentence": say_rule(rule, names),
                "amount": say_counted(-amount, unit, signed=True),
            }
        )
    return rows


def _find_rule(occasion: Occasion, number: int) -> Earn:
    return next(one for one in read_version(occasion.version_id).rules if one.id == number)


def _say_ways(parts: Sequence[Taken], unit: Unit) -> Iterator[SafeString]:
    """Where it is taken from, and what becomes of what was spent already."""
    ways = {
        "own": _("From what is left of what this order gave: %(amount)s"),
        "others": _("From other amounts that the customer has: %(amount)s"),
        "owed": _("Spent already, so it is owed, and paid from what comes next: %(amount)s"),
        "charged": _("Spent already, and kept back from the money: %(amount)s"),
        "forgiven": _("Spent already, and forgiven: %(amount)s"),
    }
    for way, words in ways.items():
        if amount := sum(getattr(one, way) for one in parts):
            yield format_html(words.replace("%(amount)s", "{amount}"), amount=say_amount(amount, unit))


def _say_limits(staff: Staff) -> list[SafeString]:
    """What a refund by this person moves at most."""
    if is_alone(staff):
        return []
    limits = [(unit, find_limits(staff.role, unit).per_deed) for unit in Unit.objects.order_by("pk")]
    return [say_counted(most, unit) for unit, most in limits if most is not None]
