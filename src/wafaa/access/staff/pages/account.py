"""One's own account: password, second factor, recovery codes, sessions."""

from typing import Any

from allauth.account.internal.flows.reauthentication import reauthenticate_by_password
from allauth.mfa.adapter import get_adapter
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render, resolve_url
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from wafaa.access.limits.actions import take
from wafaa.access.limits.errors import TooManyAttempts
from wafaa.access.limits.rules import SECOND_FACTOR
from wafaa.access.sessions.actions import end_session, end_sessions
from wafaa.access.sessions.queries import get_session_id, list_sessions
from wafaa.access.sessions.rules import Origin
from wafaa.access.staff.actions import (
    renew_recovery_codes,
    set_password,
    turn_off_second_factor,
    turn_on_second_factor,
)
from wafaa.access.staff.decorators import confirmed, needs_second_factor, requires
from wafaa.access.staff.errors import WeakPassword
from wafaa.access.staff.forms import CodeForm, ConfirmForm, NewPasswordForm
from wafaa.access.staff.http import StaffRequest
from wafaa.access.staff.mails import can_send
from wafaa.access.staff.queries import count_recovery_codes, has_second_factor
from wafaa.access.staff.rules import Capability
from wafaa.access.staff.second_factor import draw_qr, is_right_code, make_secret

# Where the secret waits, sealed, between the picture and the app's first code.
PENDING = "second_factor_pending"

own = requires(Capability.OWN_ACCOUNT)


@own
@require_GET
def account(request: StaffRequest) -> HttpResponse:
    has_factor = has_second_factor(request.staff)
    context = {
        "sessions": list_sessions(request.staff.pk),
        "this_session": get_session_id(request.session.session_key),
        "has_second_factor": has_factor,
        "codes_left": count_recovery_codes(request.staff) if has_factor else 0,
        "can_send": can_send(),
    }
    return render(request, "staff/account.html", context)


@own
@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def confirm(request: StaffRequest) -> HttpResponse:
    """The password once more, before something weighty."""
    wanted = request.POST.get("next") or request.GET.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(wanted, allowed_hosts={request.get_host()})
    if not (is_ours and wanted.startswith("/")):
        wanted = resolve_url("account")
    form = ConfirmForm(request.POST or None, staff=request.staff)
    if request.method == "POST" and form.is_valid():
        reauthenticate_by_password(request)
        return HttpResponseRedirect(wanted)
    context = {"form": form, "next": wanted}
    return render(request, "staff/confirm.html", context, status=422 if form.errors else 200)


@own
@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
@confirmed
def change_password(request: StaffRequest) -> HttpResponse:
    form = NewPasswordForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and _change_password(request, form):
        messages.success(request, _("Your new password is set. All your other sessions have ended."))
        return redirect("account")
    return render(request, "staff/change_password.html", {"form": form}, status=422 if form.errors else 200)


def _change_password(request: StaffRequest, form: NewPasswordForm) -> bool:
    try:
        set_password(
            staff=request.staff,
            password=form.cleaned_data["password"],
            by=request.staff,
            origin=_origin(request),
        )
    except WeakPassword as error:
        form.add_error("password", str(error))
        return False
    update_session_auth_hash(request, request.staff)  # this browser goes on, under a new key
    return True


@own
@require_http_methods(["GET", "POST"])
@confirmed
def set_up_second_factor(request: StaffRequest) -> HttpResponse:
    """A picture for the app's camera, then the app's first code, which proves that it has the secret."""
    if has_second_factor(request.staff):
        return redirect("account")
    adapter = get_adapter()
    if PENDING not in request.session:
        request.session[PENDING] = adapter.encrypt(make_secret())
    secret = adapter.decrypt(request.session[PENDING])
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and _knows(request, secret, form):
        del request.session[PENDING]
        codes = turn_on_second_factor(staff=request.staff, secret=secret, origin=_origin(request))
        # what was opened by the password alone ends
        end_sessions(staff_id=request.staff.pk, but=get_session_id(request.session.session_key))
        return render(request, "staff/recovery_codes.html", {"codes": codes, "is_first": True})
    context = {
        "form": form,
        # made by the library from our own secret; it holds paths and nothing of anybody's
        "qr": SafeString(draw_qr(request.staff, secret)),
        "is_asked_for": needs_second_factor(request),
        "secret": " ".join(secret[start : start + 4] for start in range(0, len(secret), 4)),
    }
    return render(request, "staff/set_up_second_factor.html", context, status=422 if form.errors else 200)


def _knows(request: StaffRequest, secret: str, form: CodeForm) -> bool:
    try:
        take(SECOND_FACTOR, str(request.staff.pk))
    except TooManyAttempts as error:
        form.add_error("code", str(error))
        return False
    if not is_right_code(secret, form.cleaned_data["code"]):
        form.add_error("code", _("This code is not right. Is the phone's clock set by itself?"))
        return False
    return True


@own
@require_POST
@confirmed
def remove_second_factor(request: StaffRequest) -> HttpResponse:
    turn_off_second_factor(staff=request.staff, by=request.staff, origin=_origin(request))
    messages.success(request, _("Signing in asks for your password only."))
    return redirect("account")


@own
@require_http_methods(["GET", "POST"])
@confirmed
def recovery_codes(request: StaffRequest) -> HttpResponse:
    """New codes are shown once, in the answer that makes them."""
    if request.method == "GET":
        return redirect("account")
    codes = renew_recovery_codes(staff=request.staff, origin=_origin(request))
    return render(request, "staff/recovery_codes.html", {"codes": codes})


@own
@require_POST
@confirmed
def end_one_session(request: StaffRequest) -> HttpResponse:
    """A browser that one no longer uses, or that somebody else does."""
    end_session(staff_id=request.staff.pk, session_id=request.POST.get("session", ""))
    messages.success(request, _("This session has ended."))
    return redirect("account")


@own
@require_POST
@confirmed
def end_other_sessions(request: StaffRequest) -> HttpResponse:
    end_sessions(staff_id=request.staff.pk, but=get_session_id(request.session.session_key))
    messages.success(request, _("All your other sessions have ended."))
    return redirect("account")


def _origin(request: Any) -> Origin:
    origin: Origin = request.session.origin
    return origin
