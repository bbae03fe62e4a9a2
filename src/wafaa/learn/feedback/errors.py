"""What can go wrong with comments, in words that say what to do."""

from django.utils.translation import gettext_lazy as _

from wafaa.kit.errors import WafaaError


class CommentMissing(WafaaError):
    code = "comment_missing"
    status = 404
    message = _("There is no such comment. It may have been erased with the customer.")


class CorrectionUnknown(WafaaError):
    code = "comment_correction_unknown"
    status = 422
    message = _("Choose a feeling and topics from the lists.")


class NothingToUndo(WafaaError):
    code = "comment_nothing_to_undo"
    status = 409
    message = _("Nothing is left to be undone for this comment.")
