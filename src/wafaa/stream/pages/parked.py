"""Events that a part of the program could not handle: why, and what one can do about it."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from wafaa.access.audit.actions import record_change
from wafaa.access.staff.decorators import requires
from wafaa.access.staff.http import StaffRequest
from wafaa.access.staff.rules import Capability
from wafaa.design.formats import format_number
from wafaa.stream.pages.parts import count_troubles
from wafaa.stream.pages.places import read_place, write_place
from wafaa.stream.parking import discard_parked, replay_parked
from wafaa.stream.queries import get_consumer, list_consumers, list_parked

PAGE_ROWS = 50
TEXT_MAX = 200
REASON_MAX = 200


@requires(Capability.SEE_STREAM)
@require_GET
def parked(request: StaffRequest) -> HttpResponse:
    consumer = request.GET.get("consumer", "")[:TEXT_MAX]
    found = list_parked(consumer=consumer, only_failed=True)
    page = Paginator(found, PAGE_ROWS).get_page(request.GET.get("page"))
    context = {
        **count_troubles(),
        "tab": "parked",
        "page": page,
        "rows": [(write_place((str(one.xid), one.position)), one) for one in page],
        "waiting_count": list_parked(consumer=consumer).count() - page.paginator.count,
        "consumer": consumer,
        "consumers": [known.name for known in list_consumers()],
    }
    return render(request, "stream/parked.html", context)


@requires(Capability.SEE_STREAM)
@require_POST
def retry(request: StaffRequest) -> HttpResponse:
    """One person's events of one consumer; what waits behind the one that failed goes along."""
    consumer = get_consumer(request.POST.get("consumer", ""))
    freed = replay_parked(consumer=consumer, distinct_ids=[request.POST.get("who", "")])
    if freed:
        told = ngettext("%(count)s event was handled.", "%(count)s events were handled.", freed)
        messages.success(request, told % {"count": format_number(freed)})
    else:
        messages.warning(request, _("It failed again; the reason stands beside it."))
    return redirect("touchpoints-parked")


@requires(Capability.SEE_STREAM)
@require_POST
def discard(request: StaffRequest) -> HttpResponse:
    """Gives one up; the trail keeps who did it and why. What waited behind it goes on."""
    consumer = get_consumer(request.POST.get("consumer", ""))
    place = read_place(request.POST.get("place", "")) or ("0", 0)
    reason = request.POST.get("reason", "").strip()[:REASON_MAX]
    if not reason:
        messages.error(request, _("Say why it is given up."))
        return redirect("touchpoints-parked")
    with transaction.atomic():
        gone = discard_parked(consumer=consumer, xid=int(place[0]), position=place[1])
        record_change(
            staff=request.staff,
            deed="discard_parked_event",
            subject=f"{consumer.name}: {gone.name}",
            after={"reason": reason},
        )
    replay_parked(consumer=consumer, distinct_ids=[gone.distinct_id])
    messages.success(request, _("The event is given up; the stream keeps it."))
    return redirect("touchpoints-parked")
