"""A gift of the member's own: who gave it and why, and, once it is opened, what it is."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from wafaa.decide.gifts.actions import open_gift
from wafaa.decide.gifts.queries import find_own_gift
from wafaa.kit import clock
from wafaa.show.portal.door import MemberRequest, member, show
from wafaa.show.portal.errors import PortalClosed


@member
@require_http_methods(["GET", "HEAD", "POST"])
def gift(request: MemberRequest, gift_uuid: UUID) -> HttpResponse:
    """One's own, or none. Looking opens nothing."""
    found = find_own_gift(request.visit.customer.pk, gift_uuid)
    if found is None:
        raise PortalClosed
    if request.method == "POST":
        open_gift(gift=found, at=clock.now())
        return redirect("me-gift", found.uuid)
    context = {
        "gift": found,
        "name": found.present.say_name(request.door.language),
        "sender": found.by.name if found.by else "",
        "code": found.voucher.shown if found.voucher else "",
        "ends_at": found.ends_at,
    }
    return show(request, "gift", context)
