"""Personal links for the members of a segment, as a file: for whoever sends them by another way than ours."""

import uuid
from collections.abc import Iterator

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from wafaa.access.audit.actions import record_change
from wafaa.access.staff.decorators import requires
from wafaa.access.staff.http import StaffRequest
from wafaa.access.staff.rules import Capability
from wafaa.kit.tables import Cell, answer_table
from wafaa.know.customers.models import Customer
from wafaa.learn.segments.models import Segment
from wafaa.learn.segments.offers import name_segment
from wafaa.learn.segments.queries import get_segment, list_member_ids, list_segments
from wafaa.listen.surveys.actions import Invitee, make_invitations
from wafaa.listen.surveys.models import Survey
from wafaa.listen.surveys.queries import get_survey, invitation_url

CHUNK = 1_000
HEAD = ("customer_number", "name", "email", "phone", "link")


@requires(Capability.EDIT_SURVEYS)
@require_http_methods(["GET", "POST"])
def links(request: StaffRequest, survey_uuid: uuid.UUID) -> HttpResponseBase:
    """Each customer has one link, however often the file is made."""
    if not (request.staff.may(Capability.SEE_PERSONAL) and request.staff.may(Capability.SEE_CUSTOMERS)):
        raise PermissionDenied
    survey = get_survey(survey_uuid)
    if request.method == "POST" and survey.current_version_id:
        chosen = _find_segment(request.POST.get("segment", ""))
        if chosen is not None:
            after = {"segment": chosen.name}
            record_change(staff=request.staff, deed="make_links", subject=str(survey.uuid), after=after)
            return answer_table(request, "survey-links", HEAD, _list_rows(survey, chosen, _site(request)))
    context = {
        "survey": survey,
        "is_published": survey.current_version_id is not None,
        "segments": [(one.uuid, name_segment(one)) for one in list_segments()],
        "problem": _("Choose a segment.") if request.method == "POST" else "",
    }
    response: HttpResponse = render(
        request, "asking/links.html", context, status=422 if context["problem"] else 200
    )
    return response


def _find_segment(text: str) -> Segment | None:
    try:
        return get_segment(uuid.UUID(text))
    except ValueError:
        return None


def _site(request: StaffRequest) -> str:
    trusted = [one for one in settings.CSRF_TRUSTED_ORIGINS if "*" not in one]
    return trusted[0] if trusted else request.build_absolute_uri("/").rstrip("/")


def _list_rows(survey: Survey, segment: Segment, site: str) -> Iterator[list[Cell]]:
    """A thousand customers are one transaction."""
    after = 0
    while ids := list_member_ids(segment, after=after, limit=CHUNK):
        after = ids[-1]
        people = list(Customer.objects.filter(pk__in=ids, merged_into=None).order_by("pk"))
        asked = [
            Invitee(customer_id=one.pk, key=f"links:{survey.uuid}:{one.pk}", reason="links") for one in people
        ]
        for one, made in zip(people, make_invitations(survey=survey, people=asked), strict=True):
            yield [one.external_id, one.name, one.email, one.phone, invitation_url(made, site=site)]
