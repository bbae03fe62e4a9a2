"""The weekly mail (Today's figures as text, as HTML and as pictures) and the morning's cases, in the reader's language."""

import re
from email.mime.image import MIMEImage
from html import unescape

from django.conf import settings
from django.core import signing
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.html import strip_tags
from django.utils.translation import gettext as _

from wafaa.access.business.queries import get_business
from wafaa.access.staff.models import Staff
from wafaa.access.staff.queries import list_staff
from wafaa.act.cases.digest import build_case_digest
from wafaa.design.charts import render_png
from wafaa.design.formats import format_short_date
from wafaa.show.console.digest import build_digest
from wafaa.show.sending.models import CaseMail, Delivery, WeeklyMail
from wafaa.show.sending.rules import Kind

SALTS = {Kind.WEEKLY: "wafaa.show.sending.weekly", Kind.CASES: "wafaa.show.sending.cases"}
# What begins an isolate in plain text, by its direction; None is that of its first letter.
ISOLATES = {"ltr": "\u2066", "rtl": "\u2067", None: "\u2068"}


class MailWithPictures(EmailMultiAlternatives):
    """Its attachments belong to its HTML (RFC 2387)."""

    mixed_subtype = "related"


def build_mail(delivery: Delivery, wish: WeeklyMail) -> EmailMultiAlternatives | None:
    """None where there is nothing to tell yet. Raises what kit.remote raises."""
    staff, business = wish.staff, get_business()
    assert isinstance(staff, Staff)
    with translation.override(staff.language or business.language), timezone.override(business.zone):
        digest = build_digest(staff)
        if digest is None:
            return None
        day = format_short_date(digest.last_day, translation.get_language() or "")
        # no marks of direction in a header: some lists of mails show them as boxes
        subject = _("Your shop's figures, as of %(day)s") % {"day": day}
        site = find_site(wish)
        unsubscribe = site + reverse("weekly-unsubscribe", args=[make_unsubscribe_token(staff)])
        context = {
            "digest": digest,
            "charts": [(f"chart{number}@wafaa", chart) for number, chart in enumerate(digest.charts)],
            "subject": subject,
            "person": staff,
            "business": business,
            "site": site,
            "unsubscribe": unsubscribe,
        }
        mail = MailWithPictures(
            subject,
            _write_text("sending/mail/weekly.txt", context),
            to=[staff.email],
            headers=_write_headers(delivery, unsubscribe),
        )
        mail.attach_alternative(render_to_string("sending/mail/weekly.html", context), "text/html")
    for number, chart in enumerate(digest.charts):
        picture = MIMEImage(render_png(chart), "png")
        picture.add_header("Content-ID", f"<chart{number}@wafaa>")
        picture.add_header("Content-Disposition", "inline", filename=f"chart{number}.png")
        mail.attach(picture)
    return mail


def build_case_mail(delivery: Delivery, wish: CaseMail) -> EmailMultiAlternatives | None:
    """None where there is nothing to do."""
    staff, business = wish.staff, get_business()
    assert isinstance(staff, Staff)
    with translation.override(staff.language or business.language), timezone.override(business.zone):
        digest = build_case_digest(staff)
        if digest is None:
            return None
        site, subject = find_site(wish), _("Your cases this morning")
        unsubscribe = site + reverse("case-mail-stop", args=[make_unsubscribe_token(staff, Kind.CASES)])
        context = {
            "digest": digest,
            "subject": subject,
            "person": staff,
            "business": business,
            "site": site,
            "unsubscribe": unsubscribe,
        }
        text = _write_text("sending/mail/cases.txt", context)
        headers = _write_headers(delivery, unsubscribe)
        mail = EmailMultiAlternatives(subject, text, to=[staff.email], headers=headers)
        mail.attach_alternative(render_to_string("sending/mail/cases.html", context), "text/html")
    return mail


def _write_headers(delivery: Delivery, unsubscribe: str) -> dict[str, str]:
    return {
        # the same for every attempt, so that a mailbox can tell a second copy
        "Message-ID": f"<{delivery.kind}.{delivery.pk}.{delivery.week:%Y%m%d}@{_find_domain()}>",
        "List-Unsubscribe": f"<{unsubscribe}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "All",
    }


def make_unsubscribe_token(staff: Staff, kind: Kind = Kind.WEEKLY) -> str:
    """Ends this person's mail of this kind and does nothing else, so it may stand in a mail for good."""
    return signing.dumps(staff.pk, salt=SALTS[kind])


def find_subscriber(token: str, kind: Kind = Kind.WEEKLY) -> Staff | None:
    try:
        staff_id = signing.loads(token, salt=SALTS[kind])
    except signing.BadSignature:
        return None
    return list_staff().filter(pk=staff_id).first()


def find_site(wish: WeeklyMail | CaseMail) -> str:
    """The address that the operator has named for a proxy, else that at which the mail was switched on."""
    named = [origin for origin in settings.CSRF_TRUSTED_ORIGINS if "*" not in origin]
    return (named[0] if named else wish.site).rstrip("/")


def _write_text(template: str, context: dict[str, object]) -> str:
    """Formatted figures come as HTML; a plain text has isolates instead of <bdi>."""
    html = render_to_string(template, context)
    isolated = re.sub(r'<bdi(?: dir="(\w+)")?[^>]*>', lambda found: ISOLATES[found[1]], html)
    return unescape(strip_tags(isolated.replace("</bdi>", "\u2069")))


def _find_domain() -> str:
    return settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].strip("> ") or "localhost"
