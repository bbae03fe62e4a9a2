"""How many messages a provider, or the mail servers of a domain, are given now: evenly over each minute."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from wafaa.act.messages.models import Pace
from wafaa.kit import clock


@dataclass(frozen=True, kw_only=True)
class Taken:
    """So many may go now; the next one after `every` from `next_at` on."""

    granted: int
    next_at: datetime
    every: timedelta

    def due(self, place: int) -> datetime:
        """When the one that is `place` behind may go."""
        return self.next_at + place * self.every


def list_names(rates: Mapping[str, int], provider: str, address: str) -> list[str]:
    """What limits a message to this address: the provider's rate, and that of the domain or of any domain."""
    domain = f"domain:{address.rpartition('@')[2].casefold()}"
    names = [provider] if provider in rates else []
    if "@" in address and (domain in rates or "domain:*" in rates):
        names.append(domain)
    return names


def get_rate(rates: Mapping[str, int], name: str) -> int:
    return rates[name] if name in rates else rates["domain:*"]


@transaction.atomic
def take(*, name: str, wanted: int, per_minute: int) -> Taken:
    """The generic cell rate algorithm, with a second's worth (one at least) at once; whichever process asks."""
    now = clock.now()
    if per_minute <= 0:
        return Taken(granted=0, next_at=now + timedelta(minutes=1), every=timedelta(seconds=1))
    every = timedelta(minutes=1) / per_minute
    burst = max(1, per_minute // 60)
    Pace.objects.get_or_create(name=name[:120], defaults={"full_at": now})
    pace = Pace.objects.select_for_update().get(name=name[:120])
    used_until = max(pace.full_at, now)
    free = int((now + burst * every - used_until) / every)
    granted = max(0, min(wanted, free))
    pace.full_at = used_until + granted * every
    pace.save(update_fields=["full_at"])
    return Taken(granted=granted, next_at=max(now, pace.full_at - (burst - 1) * every), every=every)
