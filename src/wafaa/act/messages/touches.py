"""Telling people from machines: which openings and presses of one message count. Pure."""

import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from wafaa.act.messages.back import UNNAMED, Back

BEAT_S = 10
# Gmail's proxy fetches pictures for people who open the mail, and (while they are signed in) at once when it arrives.
PREFETCH_FOR = timedelta(seconds=10)
# Who opens two different links within this reads none of them.
BURST = timedelta(seconds=1)
# Apple's proxy says nothing more of itself; nobody's browser does.
_APPLE = "Mozilla/5.0"
# Gmail's fetching ahead names a browser that nobody has (bird.com, "Gmail is prefetching images").
_GMAIL_AHEAD = "Edge/12.246 Mozilla/5.0"
_PROXY = "googleimageproxy"
# Names under which scanners of mail, libraries and crawlers go about.
_MACHINES = re.compile(
    r"bot\b|crawl|spider|scan|preview|prefetch|fetch|headless|phantomjs|curl/|wget/|python-|aiohttp|okhttp|go-http-client|"
    r"java/|libwww|axios|node-fetch|barracuda|proofpoint|mimecast|ironport|symantec|messagelabs|trendmicro|fireeye|"
    r"safelinks|sophos|forcepoint|websense|zscaler|cloudmark|facebookexternalhit|whatsapp/|skypeuripreview|slack",
    re.IGNORECASE,
)


class Seen(NamedTuple):
    """An opening or a press, with what is known of who did it."""

    kind: str
    target: str
    at: datetime
    agent: str


def find_machines(seen: Sequence[Seen], *, arrived_at: datetime | None) -> list[bool]:
    """For each whether a machine did it. The order in which they were heard changes nothing."""
    bursts = _find_bursts(seen)
    return [_is_machine(one, number in bursts, arrived_at) for number, one in enumerate(seen)]


def _find_bursts(seen: Sequence[Seen]) -> set[int]:
    """The places of presses that have one of another link near by. In the order of time, once to and once fro: each looks
    only at the last press of another link than its own.
    """
    presses = [number for number, one in enumerate(seen) if one.kind == Back.CLICKED]
    presses.sort(key=lambda number: seen[number].at)
    found: set[int] = set()
    for order in (presses, presses[::-1]):
        last = other = -1  # of the link that was pressed last, and of any other before it
        for number in order:
            if last >= 0 and seen[last].target != seen[number].target:
                other = last
            if other >= 0 and abs(seen[number].at - seen[other].at) <= BURST:
                found.add(number)
            last = number
    return found


def _is_machine(one: Seen, is_burst: bool, arrived_at: datetime | None) -> bool:
    if is_machine_agent(one.agent):
        return True
    if one.kind == Back.CLICKED:
        return is_burst
    is_early = arrived_at is not None and one.at - arrived_at <= PREFETCH_FOR
    return is_early and _PROXY in one.agent.lower()


def is_machine_agent(agent: str) -> bool:
    """By its name alone. Who gives no name is no browser."""
    agent = agent.strip()
    if agent == UNNAMED:
        return False
    return not agent or agent == _APPLE or _GMAIL_AHEAD in agent or bool(_MACHINES.search(agent))


def count_beat(at: datetime) -> int:
    """By which two presses of an impatient finger are one."""
    return int(at.timestamp() // BEAT_S)
