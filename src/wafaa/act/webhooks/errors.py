"""What can go wrong with webhooks."""

from django.utils.translation import gettext_lazy as _

from wafaa.kit.errors import WafaaError


class EndpointNotFound(WafaaError):
    code = "endpoint_not_found"
    status = 404
    message = _("There is no such webhook.")


class DeliveryNotFound(WafaaError):
    code = "delivery_not_found"
    status = 404
    message = _("There is no such delivery. Deliveries are kept for thirty days.")


class UrlNotUsable(WafaaError):
    code = "url_not_usable"
    status = 422
    message = _("This address cannot be used: {reason}")


class UrlNotEncrypted(WafaaError):
    code = "url_not_encrypted"
    status = 422
    message = _("Use an https address: events hold personal data.")


class UrlPrivate(WafaaError):
    code = "url_private"
    status = 422
    message = _(
        "This address lies in a private network. Whoever runs this installation can allow it with "
        "WAFAA_OUTBOUND_ALLOW_PRIVATE."
    )


class NamesNotUsable(WafaaError):
    code = "names_not_usable"
    status = 422
    message = _("Choose at least one event, each with a name of 200 characters at most.")


class TooManyEndpoints(WafaaError):
    code = "too_many_endpoints"
    status = 409
    message = _("There can be {limit} webhooks at most. Delete one that is not used any more.")


class EndpointOff(WafaaError):
    code = "endpoint_off"
    status = 409
    message = _("This webhook is off. Turn it on first.")
