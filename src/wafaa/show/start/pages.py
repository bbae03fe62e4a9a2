"""The pages of the first hour; each asks one thing and says what comes next."""

from typing import Any

from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from wafaa.access.business.actions import save_settings
from wafaa.access.business.queries import get_business
from wafaa.access.staff.decorators import public, requires
from wafaa.access.staff.http import StaffRequest
from wafaa.access.staff.models import Staff
from wafaa.access.staff.rules import Capability
from wafaa.kit.errors import WafaaError
from wafaa.show.start.actions import ask_for_demo, create_first_owner, create_own_owner
from wafaa.show.start.forms import AccountForm, BusinessForm
from wafaa.show.start.queries import (
    find_demo_progress,
    has_nobody,
    is_code,
    is_empty,
    is_of_demo,
)
from wafaa.show.start.rules import Step, find_place

SIGN_IN_BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@public
@require_GET
def start(request: HttpRequest) -> HttpResponse:
    """To the first step that this person still has to take."""
    staff = getattr(request, "staff", None)
    if has_nobody() or is_of_demo(staff):
        return redirect("start-account")
    return redirect("start-business")


@public
@never_cache
@require_http_methods(["GET", "POST"])
def account(request: Any) -> HttpResponse:
    """The first owner of an installation, by the code that the program printed; or the demo owner's own sign-in."""
    staff: Staff | None = request.staff
    is_first = has_nobody()
    code = request.POST.get("code") or request.GET.get("code") or ""
    if not is_first and not is_of_demo(staff):
        return redirect("start-business" if staff else "sign-in")
    if not is_first and staff is not None and not staff.may(Capability.MANAGE_STAFF):
        return redirect("today")
    if is_first and not is_code(code):
        return render(request, "start/code.html", {"code": code}, status=403 if code else 200)
    form = AccountForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = _make_owner(form.cleaned_data, by=None if is_first else staff)
        except WafaaError as error:
            form.add_error(None, str(error))
        else:
            login(request, made, backend=SIGN_IN_BACKEND)
            return redirect("start-business")
    context = {
        "form": form,
        "code": code,
        "is_first": is_first,
        "place": find_place(Step.ACCOUNT, needs_account=True),
    }
    return render(request, "start/account.html", context, status=422 if form.errors else 200)


def _make_owner(given: dict[str, str], by: Staff | None) -> Staff:
    language = get_language() or ""
    if by is None:
        return create_first_owner(**given, language=language)
    return create_own_owner(**given, language=language, by=by)


@requires(Capability.CHANGE_SETTINGS)
@require_http_methods(["GET", "POST"])
def business(request: StaffRequest) -> HttpResponse:
    if request.method == "POST":
        form = BusinessForm(request.POST, instance=get_business())
        if form.is_valid():
            save_settings(changes=form.cleaned_data, by=request.staff)
            return redirect("start-orders")
    else:
        present = get_business()
        # the demo's name is not theirs
        form = BusinessForm(instance=present, initial={"name": ""} if present.shows_demo else None)
    context = {"form": form, "place": _find_place(Step.BUSINESS, request)}
    return render(request, "start/business.html", context, status=422 if form.errors else 200)


@requires(Capability.IMPORT_FILES)
@require_GET
def orders(request: StaffRequest) -> HttpResponse:
    context = {"is_empty": is_empty(), "place": _find_place(Step.ORDERS, request)}
    return render(request, "start/orders.html", context)


@requires(Capability.CHANGE_SETTINGS)
@require_POST
def load_demo(request: StaffRequest) -> HttpResponse:
    if is_empty():
        ask_for_demo()
    return redirect("start-demo")


@requires(Capability.IMPORT_FILES)
@require_GET
def demo(request: StaffRequest) -> HttpResponse:
    """How far the demo shop is; asked for every second, and left for Today when it stands."""
    progress = find_demo_progress()
    is_panel = request.headers.get("HX-Request") == "true"
    if get_business().shows_demo and (progress is None or progress.is_done):
        today = reverse("today")
        return HttpResponse(headers={"HX-Redirect": today}) if is_panel else redirect(today)
    template = "start/demo_progress.html" if is_panel else "start/demo.html"
    return render(request, template, {"progress": progress})


def _find_place(step: Step, request: StaffRequest) -> Any:
    return find_place(step, needs_account=is_of_demo(request.staff))
