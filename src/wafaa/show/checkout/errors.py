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


# What a program may meet.
ALL: tuple[type[WafaaError], ...] = (TellingReused, BuyerMissing)
