"""What can go wrong with any request to /v1. The codes are part of the API: they never change."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from wafaa.kit.errors import WafaaError


class NothingHere(WafaaError):
    code = "nothing_here"
    status = 404
    message = _("There is nothing at this address.")


class MethodNotAllowed(WafaaError):
    code = "method_not_allowed"
    status = 405
    message = _("This address does not answer {method}; it answers {allowed}.")


class RequestBroken(WafaaError):
    code = "request_broken"
    status = 400
    message = _("The request cannot be read.")


class AddressTooLong(WafaaError):
    code = "address_too_long"
    status = 414
    message = _("The address is longer than {limit} bytes.")


class NotJson(WafaaError):
    code = "not_json"
    status = 415
    message = _("Send the body as application/json, not compressed.")


class ValidationFailed(WafaaError):
    """`errors` says of each value where it stands and what is wrong with it."""

    code = "validation_failed"
    status = 422
    message = _("Some values are missing or wrong; see “errors”.")

    def __init__(self, errors: list[dict[str, Any]]) -> None:
        super().__init__()
        self.errors = errors


class ValueNotStorable(WafaaError):
    code = "value_not_storable"
    status = 422
    message = _("A value cannot be stored: it is too long or out of range.")


class IdempotencyKeyWrong(WafaaError):
    code = "idempotency_key_wrong"
    status = 400
    message = _("An Idempotency-Key has 1 to 255 visible ASCII characters.")


class IdempotencyKeyReused(WafaaError):
    code = "idempotency_key_reused"
    status = 422
    message = _("This Idempotency-Key was sent with another request within 24 hours. Take a new one.")


class IdempotencyKeyInUse(WafaaError):
    code = "idempotency_key_in_use"
    status = 409
    message = _("The same request is still being worked on. Send it again in a moment.")


class InternalError(WafaaError):
    code = "internal_error"
    status = 500
    message = _("Something went wrong here. It was noted; send the request again later.")
