"""One pool of vouchers: what it gives, its figures and codes, its conditions, pause and resume."""

import uuid
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from wafaa.access.staff.decorators import requires
from wafaa.access.staff.http import StaffRequest
from wafaa.access.staff.rules import Capability
from wafaa.act.vouchers.actions import change_pool, pause_pool, resume_pool
from wafaa.act.vouchers.forms import CodeFilterForm, ImportForm, MoreForm, PoolForm
from wafaa.act.vouchers.models import Pool
from wafaa.act.vouchers.pages.pools import show_pool, show_preview
from wafaa.act.vouchers.queries import count_figures, get_pool, list_batches, list_codes
from wafaa.act.vouchers.rules import BatchState
from wafaa.act.vouchers.words import REFUSED, say_both, say_pool
from wafaa.kit.errors import WafaaError
from wafaa.know.customers.queries import say_customer

CODES_SHOWN = 20
BATCHES_SHOWN = 10
REFUSED_SHOWN = 20


@requires(Capability.SEE_LOYALTY)
@require_GET
def pool(request: StaffRequest, pool_uuid: uuid.UUID) -> HttpResponse:
    return show_page(request, get_pool(pool_uuid))


def show_page(request: StaffRequest, shown: Pool, **forms: Any) -> HttpResponse:
    """Codes are worth money, so only who may give them away reads them. A form with errors stands in for a fresh one."""
    may_change = request.staff.may(Capability.MANAGE_LOYALTY)
    context: dict[str, Any] = {
        **show_pool(shown, count_figures([shown.pk])[shown.pk]),
        "sentences": say_both(say_pool, shown.terms),
        "may_change": may_change,
        "trail": [(_("Vouchers"), reverse("vouchers"))],
    }
    if may_change:
        form = CodeFilterForm(request.GET)
        asked = form.get_asked()
        page = Paginator(list_codes(shown, **asked).order_by("id"), CODES_SHOWN).get_page(
            request.GET.get("page")
        )
        sees_personal = request.staff.may(Capability.SEE_PERSONAL)
        context |= {
            "form": form,
            "page": page,
            "codes": [
                {"code": one, "customer": say_customer(one.customer, sees_personal) if one.customer else ""}
                for one in page.object_list
            ],
            "is_narrowed": any(asked.values()),
            "may_export": request.staff.may(Capability.EXPORT_FIGURES),
            "batches": [show_batch(one) for one in list_batches(shown)[:BATCHES_SHOWN]],
            "more_form": MoreForm(auto_id="id_more_%s"),
            "import_form": ImportForm(auto_id="id_import_%s"),
            **forms,
        }
    return render(request, "vouchers/pool.html", context, status=422 if forms else 200)


def show_batch(one: Any) -> dict[str, Any]:
    refused = [
        {"line": line, "text": text, "why": REFUSED.get(why, why)}
        for line, text, why in one.refused[:REFUSED_SHOWN]
    ]
    return {
        "batch": one,
        "is_moving": one.state == BatchState.WAITING,
        "is_undone": one.state == BatchState.UNDONE,
        "refused": refused,
        "more_refused": one.refused_count - len(refused),
    }


@requires(Capability.MANAGE_LOYALTY)
@require_http_methods(["GET", "POST"])
def change(request: StaffRequest, pool_uuid: uuid.UUID) -> HttpResponse:
    shown = get_pool(pool_uuid)
    form = PoolForm(request.POST if request.method == "POST" else None, pool=shown)
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        try:
            change_pool(
                pool=shown,
                name=form.get_name(),
                terms=form.read_terms(told),
                pattern=told["pattern"],
                by=request.staff,
            )
        except WafaaError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("Saved."))
            return redirect("voucher-pool", shown.uuid)
    context = {
        "form": form,
        "pool": shown,
        "preview": show_preview(form),
        "trail": [
            (_("Vouchers"), reverse("vouchers")),
            (str(shown), reverse("voucher-pool", args=[shown.uuid])),
        ],
    }
    return render(request, "vouchers/form.html", context, status=422 if form.errors else 200)


@requires(Capability.MANAGE_LOYALTY)
@require_POST
def turn(request: StaffRequest, pool_uuid: uuid.UUID) -> HttpResponse:
    shown = get_pool(pool_uuid)
    if request.POST.get("state") == "paused":
        pause_pool(pool=shown, by=request.staff)
        messages.success(
            request, _("Paused: no code gives anything until you resume. What is held can be paid.")
        )
    else:
        resume_pool(pool=shown, by=request.staff)
        messages.success(request, _("The codes are valid again."))
    return redirect("voucher-pool", shown.uuid)
