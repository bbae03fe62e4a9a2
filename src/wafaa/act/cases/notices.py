"""A short mail to whom a case was given: that it is theirs and until when. What the customer said stays in the house."""

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from procrastinate.contrib.django import app

from wafaa.access.business.queries import get_business
from wafaa.access.staff.mails import HEADERS, QUEUE, can_send
from wafaa.act.cases.models import Case

TASK = "wafaa.act.cases.tasks.tell_owner"


def tell_owner_later(*, case: Case, base_url: str) -> None:
    """In the caller's transaction; nothing where no mail is set up."""
    if can_send() and case.owner_id is not None:
        app.configure_task(TASK, queue=QUEUE).defer(
            case_id=case.pk, staff_id=case.owner_id, base_url=base_url
        )


def tell_owner(*, case_id: int, staff_id: int, base_url: str) -> bool:
    """Whether a mail went out: not where the case is done, gone or somebody else's meanwhile."""
    case = Case.objects.select_related("owner").filter(pk=case_id, owner=staff_id, closed_at=None).first()
    if case is None or case.owner is None or not case.owner.is_active:
        return False
    business = get_business()
    named = [origin for origin in settings.CSRF_TRUSTED_ORIGINS if "*" not in origin]
    site = (named[0] if named else base_url).rstrip("/")
    with translation.override(case.owner.language or business.language), timezone.override(business.zone):
        context = {"case": case, "person": case.owner, "url": site + reverse("case", args=[case.uuid])}
        text = render_to_string("cases/mail_owner.txt", context)
        mail = EmailMessage(_("A case was given to you"), text, to=[case.owner.email], headers=HEADERS)
    mail.send()
    return True
