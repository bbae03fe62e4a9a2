"""What can go wrong with codes, in words that say what to do. The codes are part of the API: they never change."""

from django.utils.translation import gettext_lazy as _

from wafaa.act.vouchers.reasons import MESSAGES
from wafaa.act.vouchers.rules import Reason, Refusal
from wafaa.act.vouchers.words import say_refusal
from wafaa.kit.errors import WafaaError


class PoolMissing(WafaaError):
    code = "voucher_pool_missing"
    status = 404
    message = _("There are no such vouchers.")


class BatchMissing(WafaaError):
    code = "voucher_batch_missing"
    status = 404
    message = _("There is no such batch of codes.")


class UseMissing(WafaaError):
    code = "voucher_use_missing"
    status = 404
    message = _("There is no such use of a code.")


class CodeMissing(WafaaError):
    code = "voucher_code_missing"
    status = 404
    message = _("There is no such code.")


class TermsWrong(WafaaError):
    code = "voucher_terms_wrong"
    status = 422
    message = _("These terms make no sense: look at {fields}.")


class LimitTooLow(WafaaError):
    code = "voucher_limit_too_low"
    status = 422
    message = _("More codes were used or are held already than this limit allows.")


class PatternWrong(WafaaError):
    code = "voucher_pattern_wrong"
    status = 422
    message = _(
        "A pattern has Latin letters, digits, dashes and at least six # signs, such as SUMMER-####-####."
    )


class PatternTooShort(WafaaError):
    code = "voucher_pattern_too_short"
    status = 422
    message = _("So many codes of this pattern would be guessed too easily. Add a # sign.")


class CountWrong(WafaaError):
    code = "voucher_count_wrong"
    status = 422
    message = _("Make between 1 and {most} codes at once.")


class ListTooLong(WafaaError):
    code = "voucher_list_too_long"
    status = 422
    message = _("A list holds {most} codes at most. Bring them in parts.")


class ListEmpty(WafaaError):
    code = "voucher_list_empty"
    status = 422
    message = _("There is no code in the list.")


class PoolEmpty(WafaaError):
    code = "voucher_pool_empty"
    status = 409
    message = _("No code is left to give away. Bring more codes, or give these vouchers a pattern.")


class KeyWrong(WafaaError):
    code = "voucher_key_wrong"
    status = 422
    message = _("A key has 1 to 200 characters.")


class KeyReused(WafaaError):
    code = "voucher_key_reused"
    status = 409
    message = _("This key was used for something else. A key names one deed, for good.")


class UseOver(WafaaError):
    code = "voucher_use_over"
    status = 409
    message = _("This is over: it was used, released or taken back already.")


class TooMuchBack(WafaaError):
    code = "voucher_too_much_back"
    status = 422
    message = _("No more can be taken back than was given.")


class CartNeeded(WafaaError):
    code = "voucher_cart_needed"
    status = 422
    message = _("What is bought has to be told: what this code gives depends on it.")


class CardMissing(WafaaError):
    code = "gift_card_missing"
    status = 404
    message = _("There is no such gift card.")


class CardMistyped(WafaaError):
    code = "gift_card_mistyped"
    status = 404
    message = _("This gift card's code is mistyped: a sign is wrong, or two changed places.")


class CardBlocked(WafaaError):
    code = "gift_card_blocked"
    status = 409
    message = _("This gift card is blocked. What is on it stays.")


class VoucherRefused(WafaaError):
    """A code gives nothing, for the reason that stands in `reason`."""

    status = 422
    reason: Reason

    def __str__(self) -> str:
        """With figures, and what would help."""
        return say_refusal(Refusal(reason=self.reason, facts=self.facts))


REFUSALS: dict[Reason, type[VoucherRefused]] = {
    reason: type(
        "Voucher" + reason.title().replace("_", ""),
        (VoucherRefused,),
        {"code": f"voucher_{reason}", "message": MESSAGES[reason], "reason": reason},
    )
    for reason in Reason
}
