"""What all pages of scores share: the survey, the period picker, as-of, the receipt."""

from datetime import timedelta

from django.http import Http404
from django.urls import NoReverseMatch, reverse

from wafaa.access.staff.http import StaffRequest
from wafaa.access.staff.rules import Capability
from wafaa.listen.surveys.models import Survey
from wafaa.show.answers.asking import Asked
from wafaa.show.answers.showing import FilterShown
from wafaa.show.console.pages.parts import list_choices

# Parameters that picker and filters set themselves.
_OF_PICKER = {"period", "month"}


def check_sees_answers(request: StaffRequest) -> None:
    """Whoever may take figures along, but sees no answers, finds none here."""
    if not request.staff.may(Capability.SEE_ANSWERS):
        raise Http404


def frame_context(request: StaffRequest, asked: Asked, filters: list[FilterShown]) -> dict[str, object]:
    """The context of console/period_picker.html, console/as_of.html, answers/filters.html and console/share.html."""
    names = {shown.name for shown in filters}
    kept = list(request.GET.items())
    return {
        "asked": asked,
        "chosen": asked.chosen,
        "last_day": asked.chosen.period.end - timedelta(days=1),
        "currency": asked.business.currency,
        "period_choices": list_choices(),
        "kept_parameters": [(name, value) for name, value in kept if name not in _OF_PICKER],
        "kept_by_filters": [(name, value) for name, value in kept if name not in names],
        "filters": filters,
        "is_filtered": bool(asked.filters),
        "may_export": request.staff.may(Capability.EXPORT_FIGURES),
        "sees_customers": request.staff.may(Capability.SEE_CUSTOMERS),
    }


def find_url(name: str, *arguments: object) -> str:
    """ "" where that room has no page in this installation."""
    try:
        return reverse(name, args=arguments)
    except NoReverseMatch:
        return ""


def trail_context(survey: Survey, query: str) -> dict[str, object]:
    """The context of answers/trail.html for a page below the results."""
    return {
        "surveys_url": find_url("surveys"),
        "trail_url": f"{reverse('survey-results', args=[survey.uuid])}?{query}",
    }
