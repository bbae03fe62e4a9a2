"""Signing in and out, by password and second factor."""

import logging
from typing import Any

from allauth.account.internal import flows
from allauth.account.internal.flows.login import record_authentication
from allauth.account.stages import LoginStageController
from allauth.account.views import LoginView
from allauth.mfa.stages import AuthenticateStage
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from wafaa.access.limits.actions import give_back, take
from wafaa.access.limits.errors import TooManyAttempts
from wafaa.access.limits.rules import SECOND_FACTOR
from wafaa.access.staff.decorators import public
from wafaa.access.staff.forms import CodeForm
from wafaa.access.staff.models import Staff
from wafaa.access.staff.second_factor import find_authenticator

log = logging.getLogger("wafaa.security")


class SignIn(LoginView):  # type: ignore[misc]  # allauth has no types
    """allauth's view with its rate limits, without its links to pages that do not exist here."""

    template_name = "staff/sign_in.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super(LoginView, self).get_context_data(**kwargs)
        context["next"] = self.request.POST.get("next") or self.request.GET.get("next", "")
        return context


sign_in = public(SignIn.as_view())


@public
@never_cache
@sensitive_post_parameters("code")
@require_http_methods(["GET", "POST"])
def second_factor(request: Any) -> HttpResponse:
    """The code after the password; whoever has not typed a right password just now is sent to do so."""
    stage = None if request.staff else LoginStageController.enter(request, AuthenticateStage.key)
    if stage is None:
        return redirect(settings.LOGIN_URL)
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and _is_right(request, stage.login.user, form):
        answer: HttpResponse = stage.exit()
        return answer
    return render(request, "staff/second_factor.html", {"form": form}, status=422 if form.errors else 200)


def _is_right(request: HttpRequest, staff: Staff, form: CodeForm) -> bool:
    limit = (SECOND_FACTOR, str(staff.pk))
    try:
        take(*limit)
    except TooManyAttempts as error:
        form.add_error("code", str(error))
        return False
    found = find_authenticator(staff, form.cleaned_data["code"])
    if found is None:
        log.warning("sign-in: wrong code, account %s", staff.pk)
        form.add_error("code", _("This code is not right, or it was used already."))
        return False
    give_back(limit)
    found.record_usage()
    record_authentication(request, staff, "mfa", id=found.pk, type=found.type)
    return True


@public
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    flows.logout.logout(request)
    return redirect(settings.LOGIN_URL)
