"""What the console's pages of messages have in common: who may open them, the frame that shows a mail, the trail."""

import uuid
import zlib
from collections.abc import Callable

from csp.decorators import csp, csp_update
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_GET

from wafaa.access.staff.decorators import requires
from wafaa.access.staff.http import StaffRequest
from wafaa.access.staff.rules import Capability
from wafaa.act.messages.page_queries import get_kept_mail

sends = requires(Capability.SEND_MESSAGES)
# Pages that show a mail in a frame of our own; all else of the console frames nothing.
View = Callable[..., HttpResponseBase]
shows_frames: Callable[[View], View] = csp_update({"frame-src": ["'self'"]})

# A mail brings its styles with it and shows pictures from anywhere; it runs nothing, sends nothing, and leads nowhere.
MAIL_POLICY = {
    "default-src": ["'none'"],
    "style-src": ["'unsafe-inline'"],
    "img-src": ["https:", "http:", "data:"],
    "base-uri": ["'none'"],
    "form-action": ["'none'"],
    "frame-ancestors": ["'self'"],
    "sandbox": [""],
}
shows_mail: Callable[[View], View] = csp(MAIL_POLICY)
# How long the frame of a draft can be opened; each change of the text makes it anew.
DRAFT_S = 3_600


def keep_draft(request: StaffRequest, scope: str, language: str, html: str) -> str:
    """The address at which this person's browser finds what was just rendered. One per text and language is kept."""
    cache.set(_name_draft(request, scope, language), html, DRAFT_S)
    mark = zlib.crc32(html.encode())
    return f"{reverse('message-draft-frame', args=[scope, language])}?v={mark:x}"


def _name_draft(request: StaffRequest, scope: str, language: str) -> str:
    return f"messages-draft:{request.staff.pk}:{scope}:{language}"


@sends
@require_GET
@xframe_options_sameorigin
@shows_mail
def draft_frame(request: StaffRequest, scope: str, language: str) -> HttpResponse:
    """What was rendered last of a text of this person, alone in its frame."""
    html = cache.get(_name_draft(request, scope, language))
    if html is None:
        return render(request, "messages/frame_gone.html")
    return HttpResponse(html)


@sends
@require_GET
@xframe_options_sameorigin
@shows_mail
def mail_frame(request: StaffRequest, mail_uuid: uuid.UUID) -> HttpResponse:
    """A kept mail as its reader would see it."""
    mail = get_kept_mail(mail_uuid)
    return HttpResponse(mail.html)


def build_trail(*more: tuple[str, str]) -> list[tuple[str, str]]:
    return [(_("Messages"), reverse("messages")), *more]


def is_swapped(request: HttpRequest) -> bool:
    """Whether htmx asked, which wants a part of the page."""
    return bool(getattr(request, "htmx", False))
