"""What may become of a campaign, who has to agree to it, and what is said of everybody before it is sent. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

# Beyond so many people a second member of staff has to agree, unless the business says otherwise.
APPROVAL_ABOVE: Final = 5_000
# People come into a segment between the second look and the sending; of more than this somebody looks again.
GROWTH: Final = 1.1


class CampaignState(StrEnum):
    DRAFT = "draft"
    WAITING = "waiting"  # for the second member of staff
    SCHEDULED = "scheduled"  # it begins by itself when its time comes
    SENDING = "sending"
    PAUSED = "paused"
    SENT = "sent"  # everybody was asked about; what is held until its hour still waits in messages
    CANCELLED = "cancelled"


class AutomationState(StrEnum):
    OFF = "off"
    ON = "on"
    PAUSED = "paused"  # nothing leaves; who comes in waits, and is too late after the plan's patience


class RunState(StrEnum):
    WAITING = "waiting"
    SENT = "sent"  # handed to messages, whose gate has the last word
    CONTROL = "control"  # kept aside, to be compared with
    ENDED = "ended"  # `why` says by what


class Why(StrEnum):
    """What ended a run without a message."""

    UNLESS = "unless"
    LATE = "late"
    NOT_MEMBER = "not_member"
    SWITCHED_OFF = "switched_off"
    CHANGED = "changed"  # a new version, for which nobody who waited was to stay
    MERGED = "merged"
    NO_TEMPLATE = "no_template"


@dataclass(frozen=True, kw_only=True)
class Foreseen:
    """What would become of one person: `then` is a state of messages, `why` says what holds or refuses them, `names` which
    values of the text are not known, `group` by which control group somebody is spared.
    """

    customer_id: int
    then: str
    why: str
    due_at: datetime | None
    names: tuple[str, ...] = ()
    group: str = ""

    @property
    def cause(self) -> str:
        """The reason, and of who is kept aside which group it is."""
        return self.group or self.why


@dataclass(frozen=True, kw_only=True)
class Progress:
    """`people` were asked about of `size`, `states` are their messages by state."""

    size: int
    people: int
    excluded: int
    states: Mapping[str, int]

    @property
    def waiting(self) -> int:
        return sum(self.states.get(state, 0) for state in ("held", "queued"))


def needs_approval(size: int, limit: int) -> bool:
    return size > limit


def find_ceiling(size: int, limit: int) -> int:
    """Up to how many people it may grow while it is sent."""
    return max(limit, round(size * GROWTH))
