"""What can go wrong at the till, in words for cashiers."""

from django.utils.translation import gettext_lazy as _

from wafaa.kit.errors import WafaaError


class DeedUnreadable(WafaaError):
    code = "till_unreadable"
    status = 422
    message = _("This page and the server do not understand each other. Load the page anew, then try again.")


class IdReused(WafaaError):
    code = "till_id_reused"
    status = 409
    message = _("Something else was done under this number already. Start again.")


class StoreMissing(WafaaError):
    code = "till_store_missing"
    status = 422
    message = _("You do not work at this store. Choose another one, or ask who manages staff.")


class TooOld(WafaaError):
    code = "till_too_old"
    status = 422
    message = _("This waited for more than a week. Enter it again if it still holds.")


class WhoMissing(WafaaError):
    code = "till_who_missing"
    status = 404
    message = _("Nobody is known by this phone, card or number.")


class WhoSeveral(WafaaError):
    code = "till_who_several"
    status = 409
    message = _("Several people share this phone. Find the member again, then choose one of them.")


class EnrolmentMissing(WafaaError):
    code = "till_enrolment_missing"
    status = 404
    message = _("The new member that this belongs to was not taken. Put that right first, then try again.")


class AmountWrong(WafaaError):
    code = "till_amount_wrong"
    status = 422
    message = _("Write the bill as a number above 0, such as 24.50.")


class PhoneWrong(WafaaError):
    code = "till_phone_wrong"
    status = 422
    message = _("This is no phone number that can be called. Write it as you dial it.")


class NameNeeded(WafaaError):
    code = "till_name_needed"
    status = 422
    message = _("Write what to call the member.")


class ReceiptUsed(WafaaError):
    code = "till_receipt_used"
    status = 409
    message = _("This receipt was entered today already. Undo that first if it was a mistake.")


class KeyGone(WafaaError):
    code = "till_key_gone"
    status = 409
    message = _("There is no such button any more. Load the page anew.")


class DeedMissing(WafaaError):
    code = "till_deed_missing"
    status = 404
    message = _("This was not done at a till of this store.")


class UndoTooLate(WafaaError):
    code = "till_undo_too_late"
    status = 409
    message = _("It is too late to undo this here. Refund the order, or ask who manages loyalty.")


class UndoImpossible(WafaaError):
    code = "till_undo_impossible"
    status = 409
    message = _("This cannot be undone at the till. Ask who manages loyalty to put it right.")


class UndoneAlready(WafaaError):
    code = "till_undone_already"
    status = 409
    message = _("This was undone already.")


class ProofWrong(WafaaError):
    code = "till_proof_wrong"
    status = 422
    message = _(
        "This does not confirm it. Scan the code that the member's card shows now, or type the newest code that was sent."
    )


class NotReachable(WafaaError):
    code = "till_not_reachable"
    status = 422
    message = _("No code can be sent to this member. Ask them to open their card on their phone.")


class CodeEmpty(WafaaError):
    code = "till_code_empty"
    status = 422
    message = _("Write or scan the code.")


class CountWrong(WafaaError):
    code = "till_count_wrong"
    status = 422
    message = _("Write how much to add as a whole number, with a minus before it to take away.")
