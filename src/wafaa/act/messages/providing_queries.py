"""What pages read of providers: which there are, what they told, what became of a sending's messages."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, QuerySet

from wafaa.act.messages.channels.carriers import Carrier
from wafaa.act.messages.channels.registry import CHANNELS_CARRIED, find_carrier, list_carriers
from wafaa.act.messages.errors import ProviderMissing
from wafaa.act.messages.models import Callback, Mark, Message, Provider, Sending, Touch
from wafaa.act.messages.rules import State

SHOWN = 20


@dataclass(frozen=True, kw_only=True)
class WayLine:
    """A channel with who carries it, who did, and who could."""

    channel: str
    active: Provider | None
    resting: Sequence[Provider]
    carriers: Sequence[Carrier]


def list_ways() -> list[WayLine]:
    rows = list(Provider.objects.order_by("-changed_at", "-id"))
    return [
        WayLine(
            channel=channel,
            active=next((one for one in rows if one.channel == channel and one.is_active), None),
            resting=[one for one in rows if one.channel == channel and not one.is_active],
            carriers=list_carriers(channel),
        )
        for channel in CHANNELS_CARRIED
    ]


def has_waiting(channel: str) -> bool:
    """Whether messages of the channel wait: each state has a small index of its own."""
    waiting = Message.objects.filter(channel=channel)
    return any(waiting.filter(state=state).exists() for state in (State.HELD, State.QUEUED))


def get_provider(provider_uuid: uuid.UUID) -> Provider:
    """Raises ProviderMissing."""
    found = Provider.objects.select_related("created_by").filter(uuid=provider_uuid).first()
    if found is None:
        raise ProviderMissing
    return found


def say_carrier(kind: str) -> str:
    carrier = find_carrier(kind)
    return str(carrier.name) if carrier else kind


def list_callbacks(provider: Provider) -> QuerySet[Callback]:
    """What it told lately, the latest first; without what it said."""
    return Callback.objects.filter(provider=provider).defer("body").order_by("-id")


def count_failed(provider: Provider) -> int:
    return Callback.objects.filter(provider=provider).exclude(error="").count()


def count_marks(sending: Sending) -> dict[str, int]:
    """Of how many of its messages each thing is known."""
    found = Mark.objects.filter(message__sending=sending).order_by()
    return dict(found.values_list("kind").annotate(Count("id")))


def count_machines(sending: Sending) -> int:
    """Messages that were opened, or whose links were pressed, by machines."""
    found = Touch.objects.filter(message__sending=sending, is_machine=True)
    return found.values("message").distinct().count()


def list_marks(message_ids: Sequence[int]) -> dict[int, list[Mark]]:
    """What became of each of these messages, in the order in which it happened."""
    found: dict[int, list[Mark]] = {}
    for one in Mark.objects.filter(message__in=message_ids).order_by("at", "id"):
        found.setdefault(one.message_id, []).append(one)
    return found
