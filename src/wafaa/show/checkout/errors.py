"""What can go wrong when orders are told."""

from django.utils.translation import gettext_lazy as _

from wafaa.kit.errors import WafaaError


class TellingReused(WafaaError):
    code = "order_key_reused"
    status = 409
    message = _(
        "This Idempotency-Key told another order or refund before. Take a new one; nothing was noted."
    )


class BuyerMissing(WafaaError):
    code = "buyer_missing"
    status = 422
    message = _("Say who bought by user_id or anonymous_id, or that nobody is known by anonymous.")


class RefundReused(WafaaError):
    code = "refund_key_reused"
    status = 409
    message = _("This form noted another refund before. Open the page anew.")


class RefundNothing(WafaaError):
    code = "refund_nothing"
    status = 422
    message = _("Say how much is given back.")


class RefundTooMuch(WafaaError):
    code = "refund_too_much"
    status = 422
    message = _("So much is not left of this order. At most: {left}.")


class LeftChanged(WafaaError):
    code = "refund_left_changed"
    status = 422
    message = _(
        "What is left of this order changed meanwhile: it is {left} now. Look at what would happen, and note it again."
    )


class PiecesGone(WafaaError):
    code = "refund_pieces_gone"
    status = 422
    message = _("So many pieces of {product} are not left to come back. At most: {left}.")


class NotReckoned(WafaaError):
    code = "refund_not_reckoned"
    status = 409
    message = _("What this order earned is still being worked out. Wait a moment, and try again.")


class ToldElsewhere(WafaaError):
    code = "refund_told_elsewhere"
    status = 409
    message = _("The system that this order comes from tells its refunds itself. Refund it there.")


class AboveLimit(WafaaError):
    code = "refund_above_limit"
    status = 403
    message = _("This moves more than your role may put right alone ({moved}). Ask a manager to note it.")


# What a program may meet.
ALL: tuple[type[WafaaError], ...] = (TellingReused, BuyerMissing)
