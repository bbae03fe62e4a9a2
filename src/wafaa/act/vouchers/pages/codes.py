"""Codes of a pool: more of them, a list brought in, one code and its uses, the file."""

import uuid
from collections.abc import Iterator
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from wafaa.access.audit.actions import record_change
from wafaa.access.staff.decorators import requires
from wafaa.access.staff.http import StaffRequest
from wafaa.access.staff.rules import Capability
from wafaa.act.vouchers.actions import (
    import_codes,
    request_codes,
    restore_code,
    roll_back,
    undo_batch,
    withdraw_code,
)
from wafaa.act.vouchers.errors import PoolMissing
from wafaa.act.vouchers.forms import CodeFilterForm, ImportForm, MoreForm
from wafaa.act.vouchers.pages.pool import show_batch, show_page
from wafaa.act.vouchers.queries import get_batch, get_code, get_pool, get_use, list_codes, list_uses
from wafaa.design.formats import format_number
from wafaa.kit.errors import WafaaError
from wafaa.kit.tables import Cell, answer_table
from wafaa.know.customers.queries import say_customer

USES_SHOWN = 50
_TONES = {"redeemed": "good", "reserved": "accent"}
EXPORT_HEAD = ("code", "uses", "uses_max", "is_personal", "customer_id", "is_withdrawn", "created_at")


@requires(Capability.MANAGE_LOYALTY)
@require_POST
def more(request: StaffRequest, pool_uuid: uuid.UUID) -> HttpResponse:
    shown = get_pool(pool_uuid)
    form = MoreForm(request.POST, auto_id="id_more_%s")
    if form.is_valid():
        told = form.cleaned_data
        try:
            request_codes(key=f"form:{told['key']}", pool=shown, count=told["count"], by=request.staff)
        except WafaaError as error:
            form.add_error("count", str(error))
        else:
            messages.success(request, _("The codes are made."))
            return redirect("voucher-pool", shown.uuid)
    return show_page(request, shown, more_form=form)


@requires(Capability.MANAGE_LOYALTY)
@require_POST
def bring(request: StaffRequest, pool_uuid: uuid.UUID) -> HttpResponse:
    shown = get_pool(pool_uuid)
    form = ImportForm(request.POST, request.FILES, auto_id="id_import_%s")
    if form.is_valid():
        told = form.cleaned_data
        try:
            batch = import_codes(key=f"form:{told['key']}", pool=shown, lines=told["lines"], by=request.staff)
        except WafaaError as error:
            form.add_error("pasted", str(error))
        else:
            many = ngettext("%(count)s code is kept.", "%(count)s codes are kept.", batch.made)
            messages.success(request, many % {"count": format_number(batch.made)})
            return redirect(reverse("voucher-pool", args=[shown.uuid]) + "#batches")
    return show_page(request, shown, import_form=form)


@requires(Capability.MANAGE_LOYALTY)
@require_GET
def progress(request: StaffRequest, batch_uuid: uuid.UUID) -> HttpResponse:
    """How far codes are made, for the page that shows it; a page of its own without JavaScript is the pool's."""
    batch = get_batch(batch_uuid)
    if not request.htmx:
        return redirect("voucher-pool", batch.pool.uuid)
    return render(request, "vouchers/batch.html", {"one": show_batch(batch)})


@requires(Capability.MANAGE_LOYALTY)
@require_POST
def undo(request: StaffRequest, batch_uuid: uuid.UUID) -> HttpResponse:
    batch = get_batch(batch_uuid)
    gone, kept = undo_batch(batch=batch, by=request.staff)
    told = ngettext("%(count)s code was taken out.", "%(count)s codes were taken out.", gone)
    if kept:
        told += " " + ngettext(
            "%(kept)s stays, because it was used.", "%(kept)s stay, because they were used.", kept
        )
    messages.success(request, told % {"count": format_number(gone), "kept": format_number(kept)})
    return redirect("voucher-pool", batch.pool.uuid)


@requires(Capability.MANAGE_LOYALTY)
@require_GET
def code(request: StaffRequest, pool_uuid: uuid.UUID, text: str) -> HttpResponse:
    pool = get_pool(pool_uuid)
    shown = get_code(pool, text)
    sees_personal = request.staff.may(Capability.SEE_PERSONAL)
    page = Paginator(list_uses(shown), USES_SHOWN).get_page(request.GET.get("page"))
    context: dict[str, Any] = {
        "pool": pool,
        "code": shown,
        "customer": say_customer(shown.customer, sees_personal) if shown.customer else "",
        "page": page,
        "uses": [
            {
                "use": one,
                "customer": say_customer(one.customer, sees_personal) if one.customer else "",
                "tone": _TONES.get(one.state, ""),
                "at": one.redeemed_at or one.reserved_at,
                "left_minor": one.given_minor - one.returned_minor,
            }
            for one in page.object_list
        ],
        "trail": [
            (_("Vouchers"), reverse("vouchers")),
            (str(pool), reverse("voucher-pool", args=[pool.uuid])),
        ],
    }
    return render(request, "vouchers/code.html", context)


@requires(Capability.MANAGE_LOYALTY)
@require_POST
def turn(request: StaffRequest, pool_uuid: uuid.UUID, text: str) -> HttpResponse:
    shown = get_code(get_pool(pool_uuid), text)
    if request.POST.get("state") == "withdrawn":
        withdraw_code(code=shown, by=request.staff)
        messages.success(request, _("The code gives nothing any more."))
    else:
        restore_code(code=shown, by=request.staff)
        messages.success(request, _("The code is valid again."))
    return redirect("voucher-code", pool_uuid, shown.text)


@requires(Capability.MANAGE_LOYALTY)
@require_POST
def take_back(request: StaffRequest, use_uuid: uuid.UUID) -> HttpResponse:
    """A use as a whole, by hand: the code can be used again."""
    use = get_use(use_uuid)
    try:
        back = roll_back(key=f"staff:{use.uuid}", use=use.uuid)
    except WafaaError as error:
        messages.warning(request, str(error))
    else:
        if not back.is_replay:
            record_change(
                staff=request.staff,
                deed="roll_back_voucher",
                subject=str(use.pool.uuid),
                after={"code": use.code.shown},
            )
        messages.success(request, _("Taken back. The code can be used again."))
    return redirect("voucher-code", use.pool.uuid, use.code.text)


@requires(Capability.EXPORT_FIGURES)
@require_GET
def export(request: StaffRequest, pool_uuid: uuid.UUID) -> HttpResponseBase:
    """The codes that the page shows, for those who may give them away."""
    if not request.staff.may(Capability.MANAGE_LOYALTY):
        raise PoolMissing
    found = list_codes(get_pool(pool_uuid), **CodeFilterForm(request.GET).get_asked()).order_by("id")
    return answer_table(request, "vouchers", EXPORT_HEAD, _cells(found))


def _cells(found: Any) -> Iterator[list[Cell]]:
    for one in found.iterator(chunk_size=2_000):
        yield [
            one.shown,
            one.uses,
            one.uses_max,
            one.is_personal,
            str(one.customer.uuid) if one.customer else "",
            one.is_withdrawn,
            one.created_at,
        ]
