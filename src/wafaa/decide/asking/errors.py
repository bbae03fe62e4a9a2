"""What can go wrong with rules of asking."""

from django.utils.translation import gettext_lazy as _

from wafaa.kit.errors import WafaaError


class RuleMissing(WafaaError):
    code = "asking_rule_missing"
    status = 404
    message = _("There is no such rule.")


class RuleWrong(WafaaError):
    code = "asking_rule_wrong"
    status = 422
    message = _("The rule cannot be read: {why}")


class RuleUnfinished(WafaaError):
    code = "asking_rule_unfinished"
    status = 409
    message = _("The rule has no survey that is open, or no message that is ready.")


class ReviewsAskEverybody(WafaaError):
    code = "review_rule_chooses_by_score"
    status = 422
    message = _(
        "By “{what}” only people who said a certain thing of you would be asked. Everybody is asked for a review alike: take a "
        "segment and a condition that look at no score."
    )
