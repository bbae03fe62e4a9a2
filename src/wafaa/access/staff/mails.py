"""Mails to staff about their account: made and sent by the worker, in the language of the one who reads."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.auth.tokens import default_token_generator
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.encoding import force_bytes
from django.utils.functional import Promise
from django.utils.http import urlsafe_base64_encode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from procrastinate.contrib.django import app

from wafaa.access.sessions.rules import Origin
from wafaa.access.staff.models import Staff
from wafaa.kit import clock

QUEUE = "mail"
# No out-of-office answers, please.
HEADERS = {"Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All"}

NEWS: dict[str, Promise] = {
    "set_password": gettext_lazy("Your password was changed"),
    "turn_on_second_factor": gettext_lazy("Signing in now asks for a second factor"),
    "turn_off_second_factor": gettext_lazy("Your second factor was taken away"),
    "renew_recovery_codes": gettext_lazy("You have new recovery codes"),
}


def can_send() -> bool:
    """Whether a mail server is set up at all."""
    return bool(settings.EMAIL_HOST)


def ask_for_link(*, email: str, base_url: str, language: str, origin: Origin) -> None:
    """Has the worker look whose address this is: the page takes equally long whether it is somebody's or nobody's."""
    app.configure_task("wafaa.access.staff.tasks.send_link", queue=QUEUE).defer(
        email=email, base_url=base_url, language=language, device=origin.device, network=origin.network
    )


def tell_later(staff: Staff, deed: str, origin: Origin | None) -> None:
    """A mail about a change of the account, in the caller's transaction; none where no mail is set up."""
    if not can_send():
        return
    origin = origin or Origin()
    app.configure_task("wafaa.access.staff.tasks.send_news", queue=QUEUE).defer(
        staff_id=staff.pk,
        deed=deed,
        at=clock.now().isoformat(timespec="seconds"),
        device=origin.device,
        network=origin.network,
    )


def send_link(*, staff: Staff, base_url: str, language: str, origin: Origin) -> None:
    """The link is good for one new password within the hour; its token is made here, so that no queue holds it."""
    address = reverse(
        "password-choose",
        kwargs={
            "uidb64": urlsafe_base64_encode(force_bytes(staff.pk)),
            "token": default_token_generator.make_token(staff),
        },
    )
    with translation.override(staff.language or language):
        context = {
            "url": base_url.rstrip("/") + address,
            "site": base_url,
            "minutes": settings.PASSWORD_RESET_TIMEOUT // 60,
            "origin": origin,
        }
        _send(staff, _("Choose a new password for Wafaa"), "reset", context)


def send_news(*, staff: Staff, deed: str, at: datetime, origin: Origin) -> None:
    with translation.override(staff.language or settings.LANGUAGE_CODE):
        title = str(NEWS[deed])
        _send(staff, title, "news", {"at": at, "origin": origin})


def _send(staff: Staff, subject: str, name: str, context: dict[str, Any]) -> None:
    whole = {**context, "subject": subject, "person": staff}
    mail = EmailMultiAlternatives(
        subject, render_to_string(f"staff/mail/{name}.txt", whole), to=[staff.email], headers=HEADERS
    )
    mail.attach_alternative(render_to_string(f"staff/mail/{name}.html", whole), "text/html")
    mail.send()
