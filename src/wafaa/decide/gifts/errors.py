"""What can go wrong with gifts, in words that say what to do."""

from django.utils.translation import gettext_lazy as _

from wafaa.kit.errors import WafaaError


class BudgetMissing(WafaaError):
    code = "gift_budget_missing"
    status = 404
    message = _("There is no such budget.")


class GiftMissing(WafaaError):
    code = "gift_missing"
    status = 404
    message = _("There is no such gift.")


class NotOffered(WafaaError):
    code = "gift_not_offered"
    status = 422
    message = _("This is not given at the moment.")


class NotYourBudget(WafaaError):
    code = "gift_not_your_budget"
    status = 403
    message = _("Your role may not give from this budget.")


class BudgetSpent(WafaaError):
    """`left` says in words what is left."""

    code = "gift_budget_spent"
    status = 422
    message = _("This month's budget has {left} left, which is too little. Nothing was given.")


class KeyReused(WafaaError):
    code = "key_reused"
    status = 409
    message = _("This was sent before with other content. Open the page again.")


class SamePerson(WafaaError):
    code = "same_person"
    status = 403
    message = _("Whoever asked cannot decide. Another person has to.")


class MayNotDecide(WafaaError):
    code = "may_not_decide"
    status = 403
    message = _("Only who manages loyalty decides requests.")


class RequestDecided(WafaaError):
    code = "request_decided"
    status = 409
    message = _("Somebody has decided this request already, or its seven days are over. Nothing was changed.")


class DrawWrong(WafaaError):
    code = "draw_wrong"
    status = 422
    message = _("There are not so many members in the segment.")
