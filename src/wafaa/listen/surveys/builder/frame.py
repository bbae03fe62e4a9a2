"""What all pages about one survey have in common: its name and state, the steps from questions to answers, its draft."""

import uuid
from typing import Any

from django.core.cache import cache
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from wafaa.access.staff.decorators import requires
from wafaa.access.staff.http import StaffRequest
from wafaa.access.staff.rules import Capability
from wafaa.listen.surveys.actions import change_draft
from wafaa.listen.surveys.builder.words import STATES, TONES
from wafaa.listen.surveys.models import Survey, SurveyVersion
from wafaa.listen.surveys.queries import find_draft

edits = requires(Capability.EDIT_SURVEYS)
sees = requires(Capability.SEE_ANSWERS)
# So many steps back, for a day: enough to take back a slip, not an archive (published versions are that).
UNDO_STEPS = 20
UNDO_S = 86_400


def get_working(survey: Survey) -> SurveyVersion:
    """What one sees in the builder: the draft, or the published version with which the next draft begins."""
    working = find_draft(survey) or survey.current_version
    assert working is not None, "a survey has a draft or a published version"
    return working


def find_revision(survey: Survey) -> int:
    draft = find_draft(survey)
    return draft.revision if draft else 0


def save_step(survey: Survey, content: dict[str, Any], revision: int | None = None) -> None:
    """Keeps what stood before, so that one can go back. Raises ContentRefused, DraftChanged."""
    before = get_working(survey).content
    change_draft(survey=survey, content=content, revision=revision)
    steps = cache.get(_name_steps(survey), [])
    cache.set(_name_steps(survey), [*steps, before][-UNDO_STEPS:], UNDO_S)


def undo_step(survey: Survey) -> bool:
    """Back to what stood before the last step; False where nothing is kept."""
    steps = cache.get(_name_steps(survey), [])
    if not steps:
        return False
    change_draft(survey=survey, content=steps[-1])
    cache.set(_name_steps(survey), steps[:-1], UNDO_S)
    return True


def count_steps(survey: Survey) -> int:
    return len(cache.get(_name_steps(survey), []))


def _name_steps(survey: Survey) -> str:
    return f"survey-steps:{survey.pk}"


def build_frame(request: StaffRequest, survey: Survey, here: str) -> dict[str, Any]:
    """`here` is the address name of the step that is open."""
    return {
        "survey": survey,
        "state": STATES.get(survey.state, survey.state),
        "tone": TONES.get(survey.state, ""),
        "tabs": list(_list_tabs(survey.uuid, here, request.staff.may(Capability.EDIT_SURVEYS))),
        "trail": [(_("Surveys"), reverse("surveys"))],
        "may_edit": request.staff.may(Capability.EDIT_SURVEYS),
        "may_export": request.staff.may(Capability.EXPORT_FIGURES),
    }


def _list_tabs(survey_uuid: uuid.UUID, here: str, may_edit: bool) -> Any:
    steps = [
        ("survey", pgettext("survey", "Questions"), True),
        ("survey-logic", _("Ways and endings"), True),
        ("survey-settings", pgettext("survey", "Settings"), True),
        ("survey-check", pgettext("survey", "Check"), True),
        ("survey-collect", pgettext("survey", "Collect"), True),
        ("survey-answers", pgettext("survey", "Answers"), False),
        ("survey-results", pgettext("survey", "Results"), False),
    ]
    for name, label, is_editing in steps:
        if is_editing and not may_edit:
            continue
        try:
            url = reverse(name, args=[survey_uuid])
        except NoReverseMatch:
            continue
        yield {"url": url, "label": label, "is_open": name == here}
