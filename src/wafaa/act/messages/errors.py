"""What can go wrong with messages."""

from django.utils.translation import gettext_lazy as _

from wafaa.kit.errors import WafaaError


class SendingMissing(WafaaError):
    code = "sending_missing"
    status = 404
    message = _("Nothing was sent for this reason.")


class MessageMissing(WafaaError):
    code = "message_missing"
    status = 404
    message = _("There is no such message.")


class SendingOver(WafaaError):
    code = "sending_over"
    status = 409
    message = _("This sending was cancelled. Start a new one.")


class ChannelUnknown(WafaaError):
    code = "message_channel_unknown"
    status = 422
    message = _("There is no such channel.")


class SettingsWrong(WafaaError):
    code = "message_settings_wrong"
    status = 422
    message = _("This setting cannot be: {name}")


class AddressWrong(WafaaError):
    code = "message_address_wrong"
    status = 422
    message = _("This is no address of this channel.")


class TemplateMissing(WafaaError):
    code = "template_missing"
    status = 404
    message = _("There is no such template.")


class TemplateWrong(WafaaError):
    """`problems`: rendering.checking.Problem, each with its place."""

    code = "template_wrong"
    status = 422
    message = _("This was not saved: {said}")


class TemplateIncomplete(WafaaError):
    code = "template_incomplete"
    status = 409
    message = _("A template that says nothing in any language cannot be sent. Write it first.")


class ReadyTextMissing(WafaaError):
    code = "ready_text_missing"
    status = 404
    message = _("There is no ready text of this name.")


class BlockMissing(WafaaError):
    code = "block_missing"
    status = 404
    message = _("There is no such block.")


class BlockUsed(WafaaError):
    code = "block_used"
    status = 409
    message = _("This block stands in templates: {templates}. Take it out of them first.")


class UserUnproven(WafaaError):
    """`why`: missing, form, signature, algorithm, claims, subject, lifetime, early. For developers, so in English only."""

    code = "user_unproven"
    status = 401
    message = _("The user's token does not hold: {why}.")


class UserTokenExpired(WafaaError):
    code = "user_token_expired"
    status = 401
    message = _("The user's token has expired. The shop's server signs a new one.")


class SubscriptionWrong(WafaaError):
    code = "push_subscription_wrong"
    status = 422
    message = _("This is no push subscription of a browser.")


class ProviderMissing(WafaaError):
    code = "message_provider_missing"
    status = 404
    message = _("There is no such provider.")


class ProviderNeeded(WafaaError):
    code = "message_provider_needed"
    status = 409
    message = _(
        "Messages are waiting for this provider. Set up another one for them or cancel them, then remove this one."
    )


class CarrierUnknown(WafaaError):
    code = "message_carrier_unknown"
    status = 404
    message = _("Messages are not carried by this one.")


class FieldMissing(WafaaError):
    """`field` is its key."""

    code = "message_provider_field_missing"
    status = 422
    message = _("This is needed: {label}")
