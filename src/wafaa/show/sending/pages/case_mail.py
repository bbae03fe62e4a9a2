"""Who gets a mail of their cases each morning; ending it from the mail itself."""

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
from wafaa.access.staff.rules import Capability
from wafaa.kit.addresses import limit_subject
from wafaa.show.sending.actions import set_case_mail
from wafaa.show.sending.delivering import send_again
from wafaa.show.sending.forms import CaseMailForm
from wafaa.show.sending.mails import find_subscriber
from wafaa.show.sending.pages.sharing import OPENING, keep_private
from wafaa.show.sending.queries import find_case_mail, find_last_delivery
from wafaa.show.sending.rules import Kind


@requires(Capability.HANDLE_CASES)
@require_http_methods(["GET", "POST"])
def case_mail(request: StaffRequest) -> HttpResponse:
    wish = find_case_mail(request.staff)
    initial = {"is_on": wish.is_on, "hour": wish.hour} if wish else {"hour": 8}
    form = CaseMailForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        site = request.build_absolute_uri("/")
        set_case_mail(staff=request.staff, by=request.staff, site=site, **form.cleaned_data)
        messages.success(request, _("Saved."))
        return redirect("cases")
    context = {
        "form": form,
        "has_mail": bool(settings.EMAIL_HOST),
        "last": find_last_delivery(request.staff, Kind.CASES),
        "trail": [(_("Cases"), reverse("cases"))],
    }
    return render(request, "sending/case_mail.html", context, status=422 if form.errors else 200)


@requires(Capability.HANDLE_CASES)
@require_POST
def case_mail_again(request: StaffRequest) -> HttpResponse:
    delivery = find_last_delivery(request.staff, Kind.CASES)
    if delivery and send_again(delivery):
        messages.success(request, _("The mail is on its way again."))
    return redirect("case-mail")


@public
@csrf_exempt  # as of the weekly mail: mail programs post here by themselves (RFC 8058)
@require_http_methods(["GET", "HEAD", "POST"])
def case_mail_stop(request: HttpRequest, token: str) -> HttpResponse:
    take(OPENING, limit_subject(str(getattr(request, "client_address", ""))))
    staff = find_subscriber(token, Kind.CASES)
    wish = find_case_mail(staff) if staff else None
    if staff and wish and wish.is_on and request.method == "POST":
        wish = set_case_mail(staff=staff, is_on=False, hour=wish.hour, site=wish.site, by=None)
    context = {"is_known": staff is not None, "is_on": bool(wish and wish.is_on), "is_of_cases": True}
    return keep_private(render(request, "sending/unsubscribe.html", context, status=200 if staff else 404))
