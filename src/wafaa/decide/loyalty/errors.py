"""What can go wrong with programmes."""

from django.utils.translation import gettext_lazy as _

from wafaa.kit.errors import WafaaError


class ProgrammeMissing(WafaaError):
    code = "programme_missing"
    status = 404
    message = _("There is no such programme.")


class MemberMissing(WafaaError):
    code = "member_missing"
    status = 404
    message = _("The customer is not a member of this programme.")


class RulesWrong(WafaaError):
    """`faults` are rules.content.Fault as plain values."""

    code = "loyalty_rules_wrong"
    status = 422
    message = _("These rules cannot be published: {why}")


class NothingToPublish(WafaaError):
    code = "nothing_to_publish"
    status = 409
    message = _("There is no draft with a rule: write one first.")


class NothingToDrop(WafaaError):
    code = "nothing_to_drop"
    status = 409
    message = _("There is no draft, or something of it was used already.")


class ProgrammeOver(WafaaError):
    code = "programme_over"
    status = 409
    message = _("The programme has ended. What was earned stays; start a new programme for new rules.")


class ProgrammeNotLive(WafaaError):
    code = "programme_not_live"
    status = 409
    message = _("The programme is not live.")


class ControlNotPossible(WafaaError):
    code = "control_not_possible"
    status = 409
    message = _(
        "A control group can be kept aside only when a programme that everybody joins by buying begins, with 5, 10, 15 or 20 % "
        "of the customers."
    )


class TrialMissing(WafaaError):
    code = "trial_missing"
    status = 404
    message = _("The programme began without a control group.")


class UnitWrong(WafaaError):
    code = "unit_wrong"
    status = 422
    message = _("The programme gives no {unit}.")


class MeasuresNotReady(WafaaError):
    code = "measures_not_ready"
    status = 503
    message = _("The figures are being counted. Ask again in some seconds.")


class CartWrong(WafaaError):
    code = "cart_wrong"
    status = 422
    message = _("The cart cannot be read: {why}")
