"""E-mail: by an ESP that is set up here, else through the server that the operator has set up for all of Wafaa's mails."""

from django.conf import settings

from wafaa.act.messages.channels import Channel
from wafaa.act.messages.channels.carriers import Carrier
from wafaa.act.messages.channels.email.channel import EmailChannel
from wafaa.act.messages.channels.email.esp import ESPS, Esp
from wafaa.act.messages.channels.email.mime import read_address
from wafaa.act.messages.channels.ways import Waiting, Way, find_carried
from wafaa.act.messages.queries import Reader

__all__ = ["CARRIERS", "EmailChannel", "make_email"]

CARRIERS: dict[str, Carrier] = {one.kind: Esp(one) for one in ESPS}


def find_mail_address(reader: Reader) -> str:
    return read_address(reader.email)


def _choose() -> Channel | None:
    """The operator's server stands in for an ESP that was turned off, not for one whose secrets are lost."""
    found = find_carried("email", CARRIERS, find_mail_address)
    is_off = isinstance(found, Waiting) and found.error == "provider_off"
    if settings.EMAIL_HOST and (found is None or is_off):
        return EmailChannel()
    return found


def make_email() -> Channel:
    return Way("email", find=find_mail_address, choose=_choose)
