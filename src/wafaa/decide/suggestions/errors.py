"""What can go wrong with suggestions, in words that say what to do."""

from django.utils.translation import gettext_lazy as _

from wafaa.kit.errors import WafaaError


class SuggestionMissing(WafaaError):
    code = "suggestion_missing"
    status = 404
    message = _("There is no such suggestion.")


class SuggestionEmpty(WafaaError):
    code = "suggestion_empty"
    status = 422
    message = _("Say in a few words what is suggested.")


class AnswerMissing(WafaaError):
    code = "suggestion_answer_missing"
    status = 422
    message = _("Say what was changed, or why it is not: whoever asked reads it.")


class MergeImpossible(WafaaError):
    code = "suggestion_merge_impossible"
    status = 409
    message = _("These two can't be merged: one of them was merged already. Open the list again.")


class MergeOver(WafaaError):
    code = "suggestion_merge_over"
    status = 409
    message = _("This merge can't be undone any more: the other one was itself merged since.")


class NotDone(WafaaError):
    code = "suggestion_not_done"
    status = 409
    message = _("Nobody is told before it is done.")
