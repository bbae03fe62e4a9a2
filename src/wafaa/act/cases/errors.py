"""What can go wrong with cases, in words that say what to do."""

from django.utils.translation import gettext_lazy as _

from wafaa.kit.errors import WafaaError


class CaseMissing(WafaaError):
    code = "case_missing"
    status = 404
    message = _("There is no such case. It may have been joined to another when two customers were merged.")


class CaseTaken(WafaaError):
    code = "case_taken"
    status = 409
    message = _("{name} has just taken this case on. Assign it to yourself if you agreed on that.")


class CaseDone(WafaaError):
    code = "case_done"
    status = 409
    message = _("This case is done already. Open it again if something is left to do.")


class CaseOpenAlready(WafaaError):
    code = "case_open_already"
    status = 409
    message = _("This customer has a later case that is open. Go on with that one.")


class AssigneeUnfit(WafaaError):
    code = "case_assignee_unfit"
    status = 422
    message = _("This person may not handle cases. Choose somebody else.")


class CauseUnknown(WafaaError):
    code = "case_cause_unknown"
    status = 422
    message = _("Choose a root cause from the list.")


class NothingToUndo(WafaaError):
    code = "case_nothing_to_undo"
    status = 409
    message = _("This can't be undone any more: something was done after it, or a day has passed.")


class TextMissing(WafaaError):
    code = "case_text_missing"
    status = 422
    message = _("Nothing is written yet.")


class TextTooLong(WafaaError):
    code = "case_text_too_long"
    status = 422
    message = _("This is too long: up to {limit} letters fit.")


class TargetWrong(WafaaError):
    code = "case_target_wrong"
    status = 422
    message = _(
        "The hours must lie between 1 and 1,440, and the office must open before it closes on at least one day."
    )
