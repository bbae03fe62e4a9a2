"""How sign-in by django-allauth behaves here: no sign-up from outside, no greeting, errors in our words."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.http import HttpRequest
from django.shortcuts import resolve_url
from django.utils.translation import gettext_lazy as _

from wafaa.access.staff.models import Staff
from wafaa.access.staff.rules import Capability


class ClosedAccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "email_password_mismatch": _(
            "This e-mail and password do not belong together. Check both and try again."
        ),
        "too_many_login_attempts": _("Too many failed attempts. Wait five minutes, then try again."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """Today; for those who see no figures, the customers."""
        staff = request.user
        sees_today = isinstance(staff, Staff) and staff.may(Capability.SEE_FIGURES)
        return resolve_url(settings.LOGIN_REDIRECT_URL if sees_today else "customers")

    def add_message(self, *args: Any, **kwargs: Any) -> None:
        """The page that opens says enough."""
