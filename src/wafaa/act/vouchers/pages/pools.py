"""The list of vouchers, making new ones with a preview, and asking what a code would give."""

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
from wafaa.act.vouchers.actions import ask_for, make_pool, request_codes
from wafaa.act.vouchers.forms import PoolFilterForm, PoolForm
from wafaa.act.vouchers.models import Code, Pool
from wafaa.act.vouchers.queries import Figures, count_figures, list_pools, say_state
from wafaa.act.vouchers.rules import check_terms, count_guesses, draw_codes, normalise_pattern, shape_code
from wafaa.act.vouchers.words import STATES, say_both, say_dates, say_help, say_pool, say_reason, say_short
from wafaa.kit import clock
from wafaa.kit.errors import WafaaError

PAGE_ROWS = 25
SAMPLES = 3
# Fewer guesses to a hit than this are said to be few.
GUESSES_CALM = 1_000_000
TONES = {"running": "good", "paused": "warn", "coming": "accent", "ended": ""}


@requires(Capability.SEE_LOYALTY)
@require_GET
def vouchers(request: StaffRequest) -> HttpResponse:
    form = PoolFilterForm(request.GET)
    asked = form.get_asked()
    page = Paginator(
        list_pools(search=asked["search"], state=asked["state"]).order_by("-created_at", "-pk"), PAGE_ROWS
    ).get_page(request.GET.get("page"))
    figures = count_figures([one.pk for one in page.object_list])
    context = {
        "form": form,
        "page": page,
        "rows": [show_pool(one, figures[one.pk]) for one in page.object_list],
        "is_narrowed": any(asked.values()),
        "may_change": request.staff.may(Capability.MANAGE_LOYALTY),
    }
    return render(request, "vouchers/vouchers.html", context)


def show_pool(one: Pool, figures: Figures) -> dict[str, Any]:
    """A pool in words and figures."""
    state = say_state(one, clock.now())
    return {
        "pool": one,
        "name": str(one),
        "short": say_short(one.terms),
        "dates": say_dates(one.terms),
        "state": STATES[state],
        "tone": TONES[state],
        "figures": figures,
        "given": sorted((minor, currency) for currency, minor in figures.given.items() if minor),
    }


@requires(Capability.MANAGE_LOYALTY)
@require_http_methods(["GET", "POST"])
def new(request: StaffRequest) -> HttpResponse:
    form = PoolForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        try:
            made = make_pool(
                name=form.get_name(),
                terms=form.read_terms(told),
                pattern=told["pattern"],
                key=told["key"],
                by=request.staff,
            )
            if told["count"]:
                request_codes(key=form.get_key(), pool=made, count=told["count"], by=request.staff)
        except WafaaError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("The vouchers are made."))
            return redirect("voucher-pool", made.uuid)
    context = {
        "form": form,
        "preview": show_preview(form),
        "trail": [(_("Vouchers"), reverse("vouchers"))],
    }
    return render(request, "vouchers/form.html", context, status=422 if form.errors else 200)


@requires(Capability.MANAGE_LOYALTY)
@require_POST
def preview(request: StaffRequest) -> HttpResponse:
    """What the form says so far, in both languages, with codes that could come of it."""
    form = PoolForm(request.POST)
    form.is_valid()
    return render(request, "vouchers/preview.html", {"preview": show_preview(form)})


def show_preview(form: PoolForm) -> dict[str, Any]:
    told = form.cleaned_data if form.is_bound else form.list_initial()
    terms = form.read_terms(told)
    pattern = normalise_pattern(told.get("pattern") or "")
    guesses = count_guesses(pattern, max(told.get("count") or 0, 1)) if pattern else 0
    return {
        "sentences": None if check_terms(terms) else say_both(say_pool, terms),
        "codes": [shape_code(one, pattern) for one in draw_codes(pattern, SAMPLES)] if pattern else [],
        "guesses": guesses if 0 < guesses < GUESSES_CALM else 0,
    }


@requires(Capability.SEE_LOYALTY)
@require_http_methods(["GET", "POST"])
def check(request: StaffRequest) -> HttpResponse:
    """What a code that somebody holds in hand would give; by POST, so that it stands in no address and no log."""
    text = request.POST.get("code", "").strip()[:200]
    context: dict[str, Any] = {"code": text, "trail": [(_("Vouchers"), reverse("vouchers"))]}
    if text:
        found, quoted = ask_for(code=text)
        context["found"] = found.code
        context["refusals"] = [{"why": say_reason(one), "help": say_help(one)} for one in quoted.refusals]
        if isinstance(found.code, Code):
            context["pool"] = found.code.pool
            context["sentence"] = say_pool(found.code.pool.terms)
            context["may_change"] = request.staff.may(Capability.MANAGE_LOYALTY)
    return render(request, "vouchers/check.html", context)
