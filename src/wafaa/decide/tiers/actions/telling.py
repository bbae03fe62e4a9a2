"""What members and those who listen are told of tiers: that one changed, that one is about to end."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from wafaa.decide.loyalty.models import Member
from wafaa.decide.loyalty.rules.telling import choose_distinct_id
from wafaa.decide.loyalty.rules.tiers import TierSet
from wafaa.decide.tiers.rules import CHANGED, ENDING
from wafaa.kit.clock import days_between
from wafaa.know.customers.queries import list_distinct_ids
from wafaa.stream.actions import record_events
from wafaa.stream.rules import NewEvent

SOURCE: Final = "loyalty"


@dataclass(frozen=True, kw_only=True)
class Told:
    """`is_ending`: the tier that is held ends, or ended and is held through its grace."""

    member_id: int
    programme_id: int
    tier_set: TierSet
    change: int | None
    before: str
    after: str
    why: str
    is_up: bool
    ends_at: datetime | None
    grace_until: datetime | None
    missing: int | None
    is_ending: bool


def tell(told: Sequence[Told], at: datetime) -> None:
    """One event for each; of members whom the stream knows."""
    rows = Member.objects.filter(pk__in={one.member_id for one in told}, customer__isnull=False)
    members = {one.pk: one for one in rows.select_related("programme")}
    ids = list_distinct_ids({one.customer_id or 0 for one in members.values()})
    events = []
    for one in told:
        member = members.get(one.member_id)
        known = ids.get(member.customer_id or 0) if member else None
        if member and known:
            events.append(_write(one, member, choose_distinct_id(known), at))
    record_events(events=events)


def _write(one: Told, member: Member, distinct_id: str, at: datetime) -> NewEvent:
    ends = one.grace_until or one.ends_at
    said: dict[str, Any] = {
        "programme": str(member.programme.uuid),
        "member": str(member.uuid),
        "set": one.tier_set.code,
        "tier": one.after,
        "from": one.before,
        "to": one.after,
        **_name(one.tier_set, one.after),
        "ends_on": ends.isoformat() if ends else None,
    }
    if one.change:
        name, message_id = CHANGED, f"tier:{one.change}"
        said |= {"direction": "up" if one.is_up else "down", "why": one.why}
    else:
        name = ENDING
        message_id = f"tier-ending:{member.uuid}:{one.tier_set.code}:{one.after}:{ends:%Y%m%dT%H%M}"
        left = one.tier_set.find_below(one.after)
        said |= {
            "to": left.code if left else "",
            "days_left": max(0, days_between(at.date(), ends.date())) if ends else None,
            "missing": one.missing,
            "is_in_grace": one.grace_until is not None,
        }
    return NewEvent(
        message_id=message_id,
        type="track",
        name=name,
        distinct_id=distinct_id,
        occurred_at=at,
        properties={key: value for key, value in said.items() if value is not None},
        source=SOURCE,
    )


def _name(tier_set: TierSet, code: str) -> dict[str, str]:
    """The tier's name by language, for messages."""
    tier = tier_set.find(code)
    return {f"tier_name_{language}": words for language, words in tier.name.items()} if tier else {}
