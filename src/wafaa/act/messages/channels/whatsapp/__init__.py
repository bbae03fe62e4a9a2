"""WhatsApp, by Meta's Cloud API."""

from wafaa.act.messages.channels import Channel
from wafaa.act.messages.channels.carriers import Carrier
from wafaa.act.messages.channels.numbers import find_number
from wafaa.act.messages.channels.ways import Way, find_carried
from wafaa.act.messages.channels.whatsapp.cloud import CloudApi

CARRIERS: dict[str, Carrier] = {one.kind: one for one in (CloudApi(),)}


def make_whatsapp() -> Channel:
    return Way("whatsapp", find=find_number, choose=lambda: find_carried("whatsapp", CARRIERS, find_number))
