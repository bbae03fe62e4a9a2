"""The one mail of this room: a mailbox is asked whether a review of an order is really its own. Sent by the worker."""

from django.conf import settings
from django.core.mail import EmailMessage
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from procrastinate.contrib.django import app

from wafaa.access.business.queries import get_business
from wafaa.listen.reviews.models import ReviewInvitation
from wafaa.listen.reviews.queries import make_code

QUEUE = "mail"
HEADERS = {"Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All"}


def can_confirm() -> bool:
    """Whether a mail server is set up at all."""
    return bool(settings.EMAIL_HOST)


def ask_to_confirm(*, token: str, base_url: str) -> None:
    """In the caller's transaction; the queue holds no address."""
    app.configure_task("wafaa.listen.reviews.tasks.send_confirming", queue=QUEUE).defer(
        token=token, base_url=base_url
    )


def send_confirming(*, token: str, base_url: str) -> None:
    """Nothing of what a stranger typed stands in it: nobody sends their words to somebody else's mailbox by us."""
    invitation = ReviewInvitation.objects.filter(token=token, is_web=True).exclude(email="").first()
    if invitation is None:
        return
    url = base_url.rstrip("/") + reverse("review-confirm", args=[token, make_code(invitation)])
    with translation.override(invitation.language or settings.LANGUAGE_CODE):
        shop = get_business().name or "Wafaa"
        body = _(
            "Somebody wrote a review for {shop} and gave this address as that of the order.\n\n"
            "Was it you? Then open this page and press the button:\n{url}\n\n"
            "If it was not you, do nothing: the review is not shown as that of a buyer."
        ).format(shop=shop, url=url)
        subject = _("Is this review yours?")
    EmailMessage(subject, body, to=[invitation.email], headers=HEADERS).send()
