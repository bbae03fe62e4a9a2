"""The words of a code, by each way; what stands in them goes to the address and is kept nowhere."""

from urllib.parse import urlsplit

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext, ngettext

from wafaa.access.business.queries import get_business
from wafaa.act.messages.actions import hand_over
from wafaa.kit.ids import new_id
from wafaa.show.portal.colours import INK, WHITE, make_fill, make_readable, read_colour, write_colour
from wafaa.show.portal.models import Entry
from wafaa.show.portal.queries import get_look, get_portal, get_site
from wafaa.show.portal.rules import CODE_LASTS
from wafaa.stream.outbox import Outcome

MINUTES = int(CODE_LASTS.total_seconds() // 60)


def send_code(*, entry: Entry, code: str, token: str) -> Outcome:
    """Hands it over and says what came of it."""
    with translation.override(entry.language):
        if entry.way == "email":
            return _send_mail(entry, code, token)
        return hand_over(
            channel=entry.way,
            address=entry.address,
            key=new_id(),
            language=entry.language,
            text=_write_short(code),
            template=get_portal().whatsapp_template if entry.way == "whatsapp" else "",
            parameters=(code,),
            button=code if entry.way == "whatsapp" else "",
        )


def _write_short(code: str) -> str:
    """The last line is read by browsers, which then offer to fill the code in on our own page only (WebOTP)."""
    words = gettext("{code} is your code for {business}. Give it to nobody. It lasts {minutes}.").format(
        code=code, business=get_business().name or "Wafaa", minutes=say_minutes()
    )
    return f"{words}\n\n@{urlsplit(get_site()).hostname} #{code}"


def _send_mail(entry: Entry, code: str, token: str) -> Outcome:
    business, look, site = get_business(), get_look(), get_site()
    told = read_colour(look.colour)
    fill, words = make_fill(told, make_readable(told, on=WHITE, towards=INK), on=WHITE)
    context = {
        "business": business.name or "Wafaa",
        "look": look,
        "fill": write_colour(fill),
        "words": write_colour(words),
        "support": look.support,
        "code": code,
        "minutes": say_minutes(),
        "url": site + reverse("me-enter", args=[token]),
    }
    subject = gettext("Your code for {business}").format(business=context["business"])
    return hand_over(
        channel="email",
        address=entry.address,
        key=new_id(),
        language=entry.language,
        subject=subject,
        text=render_to_string("portal/mail/code.txt", context),
        html=render_to_string("portal/mail/code.html", {**context, "subject": subject}),
    )


def say_minutes() -> str:
    return ngettext("%(count)s minute", "%(count)s minutes", MINUTES) % {"count": MINUTES}
