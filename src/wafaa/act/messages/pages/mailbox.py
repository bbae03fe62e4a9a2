"""The mailbox: what would have gone out where no server is set up, for development and the demo."""

import uuid

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from wafaa.access.staff.http import StaffRequest
from wafaa.act.messages.actions.emptying import empty_mailbox
from wafaa.act.messages.channels.email.mime import write_mail, write_mailbox
from wafaa.act.messages.models import KeptMail
from wafaa.act.messages.page_queries import get_kept_mail, search_kept_mails
from wafaa.act.messages.pages.console import build_trail, sends, shows_frames
from wafaa.act.messages.queries import get_house
from wafaa.know.consents.models import say_channel

PAGE_ROWS = 30
VIEWS = ("html", "text", "source")


@sends
@require_GET
def mailbox(request: StaffRequest) -> HttpResponse:
    search = request.GET.get("search", "").strip()
    page = Paginator(search_kept_mails(search), PAGE_ROWS).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "rows": [{"mail": mail, "way": say_channel(mail.channel)} for mail in page],
        "search": search,
        "has_server": bool(settings.EMAIL_HOST),
    }
    return render(request, "messages/mailbox.html", context)


@sends
@require_GET
@shows_frames
def mail(request: StaffRequest, mail_uuid: uuid.UUID) -> HttpResponse:
    """One mail: as its reader sees it, as plain text, or as it goes over the wire."""
    found = get_kept_mail(mail_uuid)
    views = [
        view
        for view in VIEWS
        if view == "text" or (found.html if view == "html" else found.channel == "email")
    ]
    chosen = request.GET.get("view", "")
    view = chosen if chosen in views else views[0]
    context = {
        "mail": found,
        "way": say_channel(found.channel),
        "view": view,
        "views": [(one, _name_view(one)) for one in views],
        "source": write_source(found) if view == "source" else "",
        "width": "phone" if request.GET.get("width") == "phone" else "desktop",
        "trail": build_trail((_("Mailbox"), reverse("message-mailbox"))),
    }
    return render(request, "messages/mail.html", context)


def _name_view(view: str) -> str:
    return {"html": _("As it looks"), "text": _("As plain text"), "source": _("Source")}[view]


def write_source(found: KeptMail) -> str:
    """What a mail server would have been given."""
    sender = settings.DEFAULT_FROM_EMAIL.rpartition("<")[2].strip("> ")
    name = found.key.rpartition(":")[2]
    unsubscribe = str(found.headers.get("List-Unsubscribe", "")).strip("<>")
    headers = (
        {"List-Unsubscribe": f"<{unsubscribe}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
        if unsubscribe
        else {}
    )
    written = write_mail(
        sender=write_mailbox(get_house().sender_name, sender),
        to=found.to,
        subject=found.subject,
        text=found.text,
        html=found.html,
        message_id=f"{name}@{sender.rpartition('@')[2] or 'localhost'}",
        boundary=f"wafaa-{name}",
        at=found.at,
        language="",
        headers=headers,
    )
    return written.decode("utf-8", "replace").replace("\r\n", "\n")


@sends
@require_POST
def empty(request: StaffRequest) -> HttpResponse:
    empty_mailbox(by=request.staff)
    messages.success(request, _("The mailbox is empty."))
    return redirect("message-mailbox")
