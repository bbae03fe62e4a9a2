"""What can go wrong with balances, in words that say what to do. The database names them by their codes."""

from django.utils.translation import gettext_lazy as _

from wafaa.kit.errors import WafaaError


class WalletMissing(WafaaError):
    code = "wallet_missing"
    status = 404
    message = _("There is no such wallet.")


class TransferMissing(WafaaError):
    code = "transfer_missing"
    status = 404
    message = _("There is no such movement in the ledger.")


class HoldMissing(WafaaError):
    code = "hold_missing"
    status = 404
    message = _("There is no such hold.")


class KeyReused(WafaaError):
    code = "key_reused"
    status = 409
    message = _("This key was used for another movement. Send each movement under a key of its own.")


class HoldOver(WafaaError):
    code = "hold_over"
    status = 409
    message = _("This hold is over: it was captured, released or has timed out. Nothing was taken.")


class TooLittle(WafaaError):
    """`available` is what could be taken."""

    code = "balance_too_little"
    status = 422
    message = _("The balance is too little: {available} can be used. Nothing was taken.")


class TooMuch(WafaaError):
    """`left` is what could still be taken back."""

    code = "more_than_there_was"
    status = 422
    message = _("Only {left} of this movement is left to take back. Nothing was changed.")


class UnitsDiffer(WafaaError):
    code = "units_differ"
    status = 422
    message = _("The two wallets hold different units.")


class AmountWrong(WafaaError):
    code = "amount_wrong"
    status = 422
    message = _("An amount is a whole number above 0, and at most a quadrillion.")


class RequestMissing(WafaaError):
    code = "request_missing"
    status = 404
    message = _("There is no such request.")


class RequestDecided(WafaaError):
    code = "request_decided"
    status = 409
    message = _("Somebody has decided this request already, or its seven days are over. Nothing was changed.")


class SamePerson(WafaaError):
    code = "same_person"
    status = 403
    message = _("Whoever asked cannot decide. Another person has to.")


class MayNotDecide(WafaaError):
    code = "may_not_decide"
    status = 403
    message = _("Only who manages loyalty decides requests.")


# What a program may meet.
ALL: tuple[type[WafaaError], ...] = (
    WalletMissing, TransferMissing, HoldMissing, KeyReused, HoldOver, TooLittle, TooMuch, UnitsDiffer, AmountWrong,
    RequestMissing,
)  # fmt: skip
