"""Messages to a system of the shop's own, which shows or sends them by itself: an app, a chat, a kiosk."""

from django.utils.translation import gettext_lazy as _

from wafaa.act.messages.channels import Channel
from wafaa.act.messages.channels.carriers import Carrier
from wafaa.act.messages.channels.ways import Way, find_carried
from wafaa.act.messages.channels.webhook.standard import StandardWebhook
from wafaa.act.messages.queries import Reader

CARRIERS: dict[str, Carrier] = {one.kind: one for one in (StandardWebhook(),)}


def find_reader(reader: Reader) -> str:
    """The system over there knows whom we mean by our id."""
    return str(reader.uuid)


def make_webhook() -> Channel:
    return Way("webhook", find=find_reader, choose=lambda: find_carried("webhook", CARRIERS, find_reader))


NAME = _("Webhook")
