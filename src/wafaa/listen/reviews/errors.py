"""What can go wrong with reviews, in words that say what to do."""

from django.utils.translation import gettext_lazy as _

from wafaa.kit.errors import WafaaError


class ReviewMissing(WafaaError):
    code = "review_missing"
    status = 404
    message = _("There is no such review.")


class ReviewNotThere(WafaaError):
    code = "review_not_there"
    status = 409
    message = _(
        "This review waits for a confirmation or was taken back by who wrote it, so nothing can be decided about it."
    )


class ReasonUnknown(WafaaError):
    code = "reject_reason_unknown"
    status = 422
    message = _("Choose one of the reasons. That a review is negative is none.")


class ReplyTooLong(WafaaError):
    code = "reply_too_long"
    status = 422
    message = _("The reply has more than {limit} letters. Nothing was changed.")


class NotQuotable(WafaaError):
    code = "not_quotable"
    status = 409
    message = _("Who wrote this did not agree to be quoted, or took it back.")


class NothingToUndo(WafaaError):
    code = "nothing_to_undo"
    status = 409
    message = _("There is nothing to undo here: somebody decided anew since.")


class EditOver(WafaaError):
    code = "edit_over"
    status = 409
    message = _("A review can be changed for {days} days. You can still take it away.")


class SiteMissing(WafaaError):
    code = "review_site_missing"
    status = 404
    message = _("There is no such site.")


class PhotoWrong(WafaaError):
    code = "photo_wrong"
    status = 422
    message = _("This is no picture that we can show. Choose a JPEG, PNG or WebP picture.")


class PhotoTooLarge(WafaaError):
    code = "photo_too_large"
    status = 413
    message = _("A picture may have {limit_mb} MB at most.")


class PhotoMissing(WafaaError):
    code = "photo_missing"
    status = 404
    message = _("There is no such picture.")


class ConfirmingImpossible(WafaaError):
    code = "confirming_impossible"
    status = 409
    message = _(
        "The shop can send no mail just now, so an order can't be confirmed. Send the review without it."
    )
