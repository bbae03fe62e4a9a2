"""The panel of a customer's files, and their download: never shown by the browser, always saved."""

import uuid
from typing import Any

from django.conf import settings
from django.http import FileResponse, HttpResponse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods

from wafaa.access.staff.decorators import requires
from wafaa.access.staff.http import StaffRequest
from wafaa.access.staff.rules import Capability
from wafaa.kit.errors import WafaaError
from wafaa.know.customers.models import Customer
from wafaa.know.notes.actions import attach_file
from wafaa.know.notes.errors import AttachmentLost
from wafaa.know.notes.forms import AttachmentForm
from wafaa.know.notes.kinds import KINDS
from wafaa.know.notes.models import Attachment
from wafaa.know.notes.pages.panels import Panel, go_back, make_deleting, show_panel
from wafaa.know.notes.queries import get_attachment, get_path, list_attachments
from wafaa.know.orders.queries import get_store_scope, get_visible_customer

FILES = Panel(name="files", title=_("Files"), kind=Attachment, list_rows=list_attachments)


@requires(Capability.SEE_PERSONAL)
@require_http_methods(["GET", "POST"])
def files(request: StaffRequest, customer_uuid: uuid.UUID) -> HttpResponse:
    """The panel; a POST attaches a file."""
    customer = get_visible_customer(customer_uuid, get_store_scope(request.staff))
    if request.method != "POST":
        return _show(request, customer)
    form = AttachmentForm(request.POST, request.FILES)
    if form.is_valid():
        upload = form.cleaned_data["file"]
        try:
            attach_file(customer=customer, chunks=upload.chunks(), name=upload.name, staff=request.staff)
        except WafaaError as error:
            form.add_error("file", str(error))
        else:
            return _show(request, customer) if request.htmx else go_back(FILES, customer)
    return _show(request, customer, form=form)


@requires(Capability.SEE_PERSONAL)
@require_GET
def download(request: StaffRequest, attachment_uuid: uuid.UUID) -> FileResponse:
    attachment = get_attachment(attachment_uuid, request.staff)
    try:
        content = get_path(attachment.stored_as).open("rb")
    except FileNotFoundError as error:
        raise AttachmentLost from error
    response = FileResponse(content, content_type=KINDS[attachment.kind].media_type)
    response["Content-Disposition"] = content_disposition_header(True, attachment.name)
    response["Content-Length"] = attachment.bytes
    # Whatever it holds, the browser neither guesses a kind nor runs anything of it beside our pages.
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    return response


def _show(
    request: StaffRequest, customer: Customer, *, form: AttachmentForm | None = None, **context: Any
) -> HttpResponse:
    return show_panel(
        request,
        customer,
        FILES,
        form=form or AttachmentForm(auto_id="id_attachment_%s"),
        limit_bytes=settings.ATTACHMENT_BYTES_MAX,
        **context,
    )


delete, restore = make_deleting(FILES, get_attachment, _show)
