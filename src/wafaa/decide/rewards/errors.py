"""What can go wrong with rewards, in words that say what to do. The codes are part of the API: they never change."""

from django.utils.translation import gettext_lazy as _

from wafaa.decide.rewards.reasons import MESSAGES
from wafaa.decide.rewards.rules import Reason
from wafaa.decide.rewards.words import say_refusal
from wafaa.kit.errors import WafaaError


class RewardMissing(WafaaError):
    code = "reward_missing"
    status = 404
    message = _("There is no such reward.")


class RedemptionMissing(WafaaError):
    code = "redemption_missing"
    status = 404
    message = _("There is no such redemption.")


class TermsWrong(WafaaError):
    code = "reward_terms_wrong"
    status = 422
    message = _("This reward makes no sense: look at {fields}.")


class GiftFixed(WafaaError):
    code = "reward_gift_fixed"
    status = 409
    message = _("What a reward gives stays as it is once somebody has redeemed it. Make another one.")


class StockTooLow(WafaaError):
    code = "reward_stock_too_low"
    status = 422
    message = _("There is less in stock than that: {remaining}.")


class KeyWrong(WafaaError):
    code = "reward_key_wrong"
    status = 422
    message = _("A key has 1 to 200 characters.")


class KeyReused(WafaaError):
    code = "reward_key_reused"
    status = 409
    message = _("This key was used for something else. A key names one deed, for good.")


class RedemptionOver(WafaaError):
    code = "redemption_over"
    status = 409
    message = _(
        "This redemption is over, or not there yet: it was used, given up, taken back or has timed out."
    )


class TooMuchBack(WafaaError):
    code = "redemption_too_much_back"
    status = 422
    message = _("Only {left} of this redemption is left to take back.")


class GiftUsed(WafaaError):
    code = "redemption_gift_used"
    status = 409
    message = _("The code or the gift card was used already. Take that use back first.")


class RewardRefused(WafaaError):
    """One may not redeem, for the reason that stands in `reason`."""

    status = 422
    reason: Reason

    def __str__(self) -> str:
        """With figures, and what would help."""
        return say_refusal(self.reason, self.facts)


REFUSALS: dict[Reason, type[RewardRefused]] = {
    reason: type(
        "Reward" + reason.title().replace("_", ""),
        (RewardRefused,),
        {"code": f"reward_{reason}", "message": MESSAGES[reason], "reason": reason},
    )
    for reason in Reason
}
# What a program may meet.
ALL: tuple[type[WafaaError], ...] = (
    RewardMissing, RedemptionMissing, KeyWrong, KeyReused, RedemptionOver, TooMuchBack, GiftUsed, *REFUSALS.values(),
)  # fmt: skip
