"""How sign-in by django-allauth behaves here: no sign-up from outside, limits and errors of our own."""

import logging
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.shortcuts import resolve_url
from django.utils.translation import gettext_lazy as _

from wafaa.access.limits.actions import give_back, take_all
from wafaa.access.limits.errors import TooManyAttempts
from wafaa.access.limits.rules import CONFIRM, SIGN_IN_ACCOUNT, SIGN_IN_ADDRESS, SIGN_IN_PAIR, Limit
from wafaa.access.staff.errors import SecondFactorUnreadable
from wafaa.access.staff.models import Staff
from wafaa.access.staff.queries import find_staff
from wafaa.access.staff.rules import Capability
from wafaa.kit.addresses import limit_subject, shorten
from wafaa.kit.sealing import SealBroken, seal, unseal

# Who tried, without names or addresses: the number of a known account, the network without the machine.
log = logging.getLogger("wafaa.security")

_PURPOSE = "second factor"


class ClosedAccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth has no types
    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "email_password_mismatch": _(
            "This e-mail and password do not belong together. Check both and try again."
        ),
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

    def send_notification_mail(self, *args: Any, **kwargs: Any) -> None:
        """Our own actions tell people what changed about their account."""

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Takes from the limits before the password is looked at; a right one gives it back."""
        try:
            take_all(*_sign_in_limits(request, credentials))
        except TooManyAttempts as error:
            log.warning("sign-in: too many attempts, account %s from %s", *_whom(request, credentials))
            raise ValidationError(str(error), code="too_many_login_attempts") from error

    def authenticate(self, request: HttpRequest, **credentials: Any) -> Any:
        found = super().authenticate(request, **credentials)
        if found:
            give_back(*_sign_in_limits(request, credentials))
            log.info("sign-in: right password, account %s from %s", *_whom(request, credentials))
        else:
            log.warning("sign-in: wrong password, account %s from %s", *_whom(request, credentials))
        return found

    def _rollback_login_failed_rl_usage(self) -> None:
        """allauth's own limits are off."""

    def reauthenticate(self, user: Any, password: str) -> bool:
        """Whether this is the person's own password. Raises TooManyAttempts."""
        limit = (CONFIRM, str(user.pk))
        take_all(limit)
        if not user.check_password(password):
            return False
        give_back(limit)
        return True

    def get_client_ip(self, request: HttpRequest) -> str:
        return str(getattr(request, "client_address", ""))


def _sign_in_limits(request: HttpRequest, credentials: dict[str, Any]) -> list[tuple[Limit, str]]:
    account = str(credentials.get("email", "")).strip().lower()
    address = limit_subject(getattr(request, "client_address", ""))
    return [
        (SIGN_IN_ADDRESS, address),
        (SIGN_IN_PAIR, f"{account} {address}"),
        (SIGN_IN_ACCOUNT, account),
    ]


def _whom(request: HttpRequest, credentials: dict[str, Any]) -> tuple[str, str]:
    staff = find_staff(str(credentials.get("email", "")))
    return str(staff.pk) if staff else "unknown", shorten(getattr(request, "client_address", ""))


class SecondFactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]  # allauth has no types
    """Seals the secrets of authenticator apps, so that who reads the database can't make codes from it."""

    def get_totp_issuer(self) -> str:
        """The host stands beside the product's name: people may have several shops."""
        return f"{settings.MFA_TOTP_ISSUER} {context.request.get_host()}"

    def encrypt(self, text: str) -> str:
        return seal(text, purpose=_PURPOSE)

    def decrypt(self, encrypted_text: str) -> str:
        """Raises SecondFactorUnreadable where the key was lost, as after restoring without the secret key."""
        try:
            return unseal(encrypted_text, purpose=_PURPOSE)
        except SealBroken as error:
            raise SecondFactorUnreadable from error
