"""SMS, by Twilio, by Unifonic, or by any gateway that is described by data."""

from wafaa.act.messages.channels import Channel
from wafaa.act.messages.channels.carriers import Carrier
from wafaa.act.messages.channels.numbers import find_number
from wafaa.act.messages.channels.sms.gateway import Gateway
from wafaa.act.messages.channels.sms.twilio import Twilio
from wafaa.act.messages.channels.sms.unifonic import Unifonic
from wafaa.act.messages.channels.ways import Way, find_carried

CARRIERS: dict[str, Carrier] = {one.kind: one for one in (Twilio(), Unifonic(), Gateway())}


def make_sms() -> Channel:
    return Way("sms", find=find_number, choose=lambda: find_carried("sms", CARRIERS, find_number))
