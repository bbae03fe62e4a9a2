"""One message to one address, at once: what somebody asked for a moment ago (a code), with no template, consent or budget.

Nothing is kept of it; who is suppressed gets nothing. Called by a job of the worker, never by a page: it waits for the provider.
"""

import uuid

from wafaa.access.business.queries import get_business
from wafaa.act.messages.channels import Parcel, get_channel
from wafaa.act.messages.queries import Reader, get_house, list_suppressed
from wafaa.know.consents.rules import Purpose
from wafaa.stream.outbox import Outcome, Verdict

# What a mail says to programs that answer by themselves.
_SILENCE = {"Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All"}


def hand_over(
    *,
    channel: str,
    address: str,
    key: uuid.UUID,
    language: str,
    text: str,
    subject: str = "",
    html: str = "",
    template: str = "",
    parameters: tuple[str, ...] = (),
    button: str = "",
    customer_id: int = 0,
) -> Outcome:
    """`template`, its `parameters` and what its `button` copies are of WhatsApp, where free text may not begin a talk.

    Raises ChannelUnknown.
    """
    if list_suppressed(channel, [address]):
        return Outcome(verdict=Verdict.CANCELLED, error="suppressed")
    parcel = Parcel(
        key=f"asked:{key}",
        message_id=0,
        reader=Reader(
            customer_id=customer_id,
            uuid=uuid.UUID(int=0),
            name="",
            email=address if channel == "email" else "",
            phone=address if channel != "email" else "",
            language=language,
            country="",
            city="",
            distinct_id="",
        ),
        address=address,
        subject=subject,
        text=text,
        html=html,
        language=language,
        sender_name=get_house().sender_name or get_business().name,
        name=template,
        parameters=parameters,
        button=button,
        purpose=Purpose.SERVICE.value,
        extra=_SILENCE if channel == "email" else {},
    )
    return get_channel(channel).prepare(parcel)()
