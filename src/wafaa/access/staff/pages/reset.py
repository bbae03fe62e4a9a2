"""A forgotten password: a link by mail, good once and for an hour."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.views import PasswordResetConfirmView
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse_lazy
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from wafaa.access.limits.actions import take_all
from wafaa.access.limits.errors import TooManyAttempts
from wafaa.access.limits.rules import RESET_ACCOUNT, RESET_ADDRESS
from wafaa.access.staff.actions import set_password
from wafaa.access.staff.decorators import public
from wafaa.access.staff.errors import WeakPassword
from wafaa.access.staff.forms import ForgottenPasswordForm, NewPasswordForm
from wafaa.access.staff.mails import ask_for_link, can_send
from wafaa.access.staff.models import Staff
from wafaa.kit.addresses import limit_subject


@public
@never_cache
@require_http_methods(["GET", "POST"])
def forgotten(request: Any) -> HttpResponse:
    """Says the same for every address, known or not, and takes equally long: the worker looks whose it is."""
    form = ForgottenPasswordForm(request.POST or None)
    is_asked = request.method == "POST" and can_send() and form.is_valid() and _may_ask(request, form)
    if is_asked:
        ask_for_link(
            email=form.cleaned_data["email"],
            base_url=request.build_absolute_uri("/"),
            language=get_language() or "",
            origin=request.session.origin,
        )
    context = {"form": form, "is_asked": is_asked, "can_send": can_send()}
    return render(request, "staff/forgotten.html", context, status=422 if form.errors else 200)


def _may_ask(request: Any, form: ForgottenPasswordForm) -> bool:
    try:
        take_all(
            (RESET_ADDRESS, limit_subject(request.client_address)),
            (RESET_ACCOUNT, form.cleaned_data["email"].lower()),
        )
    except TooManyAttempts as error:
        form.add_error("email", str(error))
        return False
    return True


class ChoosePassword(PasswordResetConfirmView):
    """Django's view: the token moves from the address into the session, and dies with the password it changed."""

    template_name = "staff/choose_password.html"
    form_class: Any = NewPasswordForm  # not Django's, which asks twice: ours shows the password if asked
    success_url = reverse_lazy("sign-in")

    def get_user(self, uidb64: str) -> Staff | None:
        """Nobody who may not sign in: their link is as old as any other."""
        found = super().get_user(uidb64)
        return found if isinstance(found, Staff) and found.is_active else None

    def get_form_kwargs(self) -> dict[str, Any]:
        kwargs = super().get_form_kwargs()
        kwargs.pop("user")
        return kwargs

    def form_valid(self, form: Any) -> HttpResponse:
        assert isinstance(self.user, Staff)
        request: Any = self.request
        try:
            set_password(
                staff=self.user,
                password=form.cleaned_data["password"],
                by=self.user,
                origin=request.session.origin,
            )
        except WeakPassword as error:
            form.add_error("password", str(error))
            return self.form_invalid(form)
        request.session.flush()
        messages.success(request, _("Your new password is set. Sign in with it."))
        return redirect(str(self.success_url))


choose_password = public(sensitive_post_parameters("password")(ChoosePassword.as_view()))
