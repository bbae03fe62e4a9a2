"""Who gets the weekly mail, and when; ending it from the mail itself."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from wafaa.access.limits.actions import take
from wafaa.access.staff.decorators import public, requires
from wafaa.access.staff.http import StaffRequest
from wafaa.access.staff.models import Staff
from wafaa.access.staff.queries import get_staff
from wafaa.access.staff.rules import Capability
from wafaa.kit.addresses import limit_subject
from wafaa.show.sending.actions import set_weekly_mail
from wafaa.show.sending.delivering import send_again
from wafaa.show.sending.forms import WEEKDAYS, WeeklyForm
from wafaa.show.sending.mails import find_subscriber
from wafaa.show.sending.pages.sharing import OPENING, keep_private
from wafaa.show.sending.queries import find_last_delivery, find_weekly_mail, list_readers


@requires(Capability.SEE_FIGURES)
@require_http_methods(["GET", "POST"])
def weekly(request: StaffRequest) -> HttpResponse:
    """One's own mail; for whoever looks after staff, everybody's below it."""
    return _edit(request, request.staff)


@requires(Capability.MANAGE_STAFF)
@require_http_methods(["GET", "POST"])
def weekly_of(request: StaffRequest, staff_id: int) -> HttpResponse:
    return _edit(request, get_staff(staff_id))


@requires(Capability.SEE_FIGURES)
@require_POST
def weekly_again(request: StaffRequest) -> HttpResponse:
    delivery = find_last_delivery(request.staff)
    if delivery and send_again(delivery):
        messages.success(request, _("The mail is on its way again."))
    return redirect("weekly")


@public
@csrf_exempt  # mail programs post here by themselves (RFC 8058); the signed token says whose mail it is
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """Looking changes nothing, because scanners of mails look; one press ends the mail."""
    take(OPENING, limit_subject(str(getattr(request, "client_address", ""))))
    staff = find_subscriber(token)
    wish = find_weekly_mail(staff) if staff else None
    if staff and wish and wish.is_on and request.method == "POST":
        set_weekly_mail(
            staff=staff, is_on=False, weekday=wish.weekday, hour=wish.hour, site=wish.site, by=None
        )
        wish.is_on = False
    context = {"is_known": staff is not None, "is_on": bool(wish and wish.is_on)}
    return keep_private(render(request, "sending/unsubscribe.html", context, status=200 if staff else 404))


def _edit(request: StaffRequest, staff: Staff) -> HttpResponse:
    wish = find_weekly_mail(staff)
    initial = {"is_on": wish.is_on, "weekday": wish.weekday, "hour": wish.hour} if wish else {}
    form = WeeklyForm(request.POST or None, initial={"weekday": 7, "hour": 8, **initial})
    if request.method == "POST" and form.is_valid():
        set_weekly_mail(
            staff=staff, by=request.staff, site=request.build_absolute_uri("/"), **form.cleaned_data
        )
        messages.success(request, _("The weekly mail is set."))
        return redirect(request.path)
    is_own = staff == request.staff
    context = {
        "form": form,
        "person": staff,
        "is_own": is_own,
        "has_mail": bool(settings.EMAIL_HOST),
        "last": find_last_delivery(staff),
        "others": _list_others(request.staff) if is_own else [],
        "trail": [(_("Reports"), reverse("reports"))],
    }
    return render(request, "sending/weekly.html", context, status=422 if form.errors else 200)


def _list_others(viewer: Staff) -> list[dict[str, object]]:
    if not viewer.may(Capability.MANAGE_STAFF):
        return []
    return [
        {"person": one, "when": f"{WEEKDAYS[wish.weekday]} {wish.hour:02}:00" if wish and wish.is_on else ""}
        for one, wish in list_readers()
        if one != viewer
    ]
