"""Messages that could not become events: as they came, why, and putting them right."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from wafaa.access.audit.actions import record_change
from wafaa.access.staff.decorators import requires
from wafaa.access.staff.http import StaffRequest
from wafaa.access.staff.rules import Capability
from wafaa.stream.messages import EVENT_BYTES_MAX
from wafaa.stream.pages.parts import count_troubles
from wafaa.stream.pages.words import REASONS
from wafaa.stream.queries import list_refused
from wafaa.stream.refused import discard_refused, retry_refused

PAGE_ROWS = 25


@requires(Capability.SEE_STREAM)
@require_GET
def refused(request: StaffRequest) -> HttpResponse:
    reason = request.GET.get("reason", "")
    reason = reason if reason in REASONS else ""
    page = Paginator(list_refused(reason=reason), PAGE_ROWS).get_page(request.GET.get("page"))
    context = {
        **count_troubles(),
        "tab": "refused",
        "page": page,
        "rows": [(one, REASONS.get(one.reason, one.reason)) for one in page],
        "reason": reason,
        "reasons": list(REASONS.items()),
        "bytes_max": EVENT_BYTES_MAX,
    }
    return render(request, "stream/refused.html", context)


@requires(Capability.SEE_STREAM)
@require_POST
def retry(request: StaffRequest, refused_id: int) -> HttpResponse:
    """As it stands in the form: put right, or as it came where we have learned to read it since."""
    kept = retry_refused(ids=[refused_id], body=request.POST.get("body", ""))
    if kept:
        reason = REASONS.get(kept[0].reason, kept[0].reason)
        messages.warning(request, _("It cannot be read yet: %(reason)s") % {"reason": reason})
    else:
        messages.success(request, _("It is an event now."))
    return redirect("touchpoints-refused")


@requires(Capability.SEE_STREAM)
@require_POST
def discard(request: StaffRequest, refused_id: int) -> HttpResponse:
    if discard_refused(ids=[refused_id]):
        record_change(staff=request.staff, deed="discard_refused_message")
        messages.success(request, _("The message is gone."))
    return redirect("touchpoints-refused")
