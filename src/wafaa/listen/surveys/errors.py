"""What can go wrong with surveys and answers."""

from django.utils.translation import gettext_lazy as _

from wafaa.kit.errors import WafaaError


class SurveyMissing(WafaaError):
    code = "survey_missing"
    status = 404
    message = _("There is no such survey.")


class CollectorMissing(WafaaError):
    code = "collector_missing"
    status = 404
    message = _("There is no such way of asking.")


class SurveyUnfinished(WafaaError):
    """Carries the gaps (rules.checking) that keep it from being published."""

    code = "survey_unfinished"
    status = 422
    message = _("The survey cannot be published yet: {count} places need your attention.")


class DraftChanged(WafaaError):
    code = "draft_changed"
    status = 409
    message = _("Somebody else changed this draft in the meantime. Load it again, then repeat your change.")


class ContentRefused(WafaaError):
    code = "survey_content_wrong"
    status = 422
    message = _("The survey cannot be read at {path}: {problem}")


class SurveyNotOpen(WafaaError):
    code = "survey_not_open"
    status = 409
    message = _("This survey was not published yet.")


class LinkUnknown(WafaaError):
    code = "survey_link_unknown"
    status = 404
    message = _("This link leads to no survey. Check that it was copied whole.")


class LinkClosed(WafaaError):
    """`reason`: closed, early, quota, expired, answered."""

    code = "survey_closed"
    status = 410
    message = _("This survey takes no more answers.")

    def __init__(self, *, reason: str) -> None:
        super().__init__(reason=reason)
        self.reason = reason


class FormStale(WafaaError):
    code = "survey_form_stale"
    status = 400
    message = _("This page was not sent as we made it. Open the survey's link again; what you saved is kept.")


class AnswersLate(WafaaError):
    code = "survey_answers_late"
    status = 409
    message = _("These answers were sent already and cannot be changed any more.")


class AnswersRefused(WafaaError):
    """Carries `taken` (rules.taking.Taken): what is wrong, by question."""

    code = "survey_answers_wrong"
    status = 422
    message = _("Some answers need another look. Nothing was lost.")


class FormTooLarge(WafaaError):
    code = "survey_form_too_large"
    status = 413
    message = _(
        "What you sent is too large. Go back, shorten it or choose a smaller file, and send it again."
    )


class FileRefused(WafaaError):
    code = "survey_file_refused"
    status = 422
    message = _("Only pictures and PDF files of at most {limit} MB are taken.")


class TableRefused(WafaaError):
    """`reason`: size, rows, columns, empty, kind, gone."""

    code = "survey_table_refused"
    status = 422
    message = _(
        "This file cannot be imported. We take CSV and Excel (XLSX) with a line of headings, of at most 20 MB and 100,000 rows."
    )

    def __init__(self, *, reason: str) -> None:
        super().__init__(reason=reason)
        self.reason = reason


class UploadMissing(WafaaError):
    code = "survey_upload_missing"
    status = 404
    message = _("This file of an answer is not there any more.")


class UploadLost(WafaaError):
    code = "survey_upload_lost"
    status = 404
    message = _("The answer is here, but its file is missing from the disk. A backup may hold it.")


class ImportMissing(WafaaError):
    code = "survey_import_missing"
    status = 404
    message = _("This import is not there any more.")
