"""All carriers, by channel and kind."""

from functools import cache

from wafaa.act.messages.channels import email, sms, webhook, whatsapp
from wafaa.act.messages.channels.carriers import Carrier

CHANNELS_CARRIED = ("sms", "whatsapp", "email", "webhook")


@cache
def _list_all() -> dict[str, Carrier]:
    return {**sms.CARRIERS, **whatsapp.CARRIERS, **email.CARRIERS, **webhook.CARRIERS}


def list_carriers(channel: str) -> list[Carrier]:
    return [one for one in _list_all().values() if one.channel == channel]


def find_carrier(kind: str) -> Carrier | None:
    """None where an earlier version knew it."""
    return _list_all().get(kind)
