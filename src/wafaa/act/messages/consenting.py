"""Whose yes counts for a channel: that of the same name, but for a webhook, behind which another way stands."""

from collections.abc import Collection

from wafaa.act.messages.models import Provider
from wafaa.act.messages.queries import find_inbound
from wafaa.know.consents.queries import list_standings, may_contact
from wafaa.know.consents.rules import ALLOWED_UNLESS_WITHDRAWN, Channel

# By these nobody writes first who was not asked to, not even about an order (WhatsApp's business policy).
OPT_IN = frozenset({Channel.WHATSAPP.value})
_WEBHOOK, _STANDS_FOR = "webhook", "stands_for"


def find_consent_way(channel: str) -> str:
    """A channel of know.consents."""
    if channel != _WEBHOOK:
        return channel
    told = (
        Provider.objects.filter(channel=_WEBHOOK, is_active=True).values_list("settings", flat=True).first()
    )
    way = str((told or {}).get(_STANDS_FOR, ""))
    return way if way in set(Channel) else Channel.PUSH.value


def list_allowing(customer_ids: Collection[int], channel: str, purpose: str) -> set[int]:
    """Which of these customers agree to be reached by a channel for a purpose."""
    way = find_consent_way(channel)
    allowed = may_contact(customer_ids, way, purpose)
    if way in OPT_IN and purpose in ALLOWED_UNLESS_WITHDRAWN:
        return allowed & _list_opted_in(allowed, way)
    return allowed


def _list_opted_in(customer_ids: Collection[int], way: str) -> set[int]:
    """Who said yes to anything by this way, or wrote to us by it."""
    wrote = set(find_inbound(customer_ids, way))
    standings = list_standings(list(customer_ids))
    return wrote | {
        pk for pk in customer_ids if any(one.channel == way and one.is_given for one in standings.get(pk, ()))
    }
