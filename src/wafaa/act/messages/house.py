"""How this business sends: hours, budgets, rates, the address of its site. Read from what it told, checked, with defaults."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any
from urllib.parse import quote, urlsplit, urlunsplit

from wafaa.act.messages.hours import Window, list_pack_windows, read_clock, say_clock
from wafaa.act.messages.rules import Budget
from wafaa.act.messages.senders import SenderRule, list_pack_senders, read_sender_rule
from wafaa.know.consents.rules import Purpose

# One message a day and three a week: of what people say makes them leave, "too often" is always the first.
BUDGETS = (Budget(limit=1, hours=24), Budget(limit=3, hours=7 * 24))
# What belongs to an order of the customer's own comes when it happens, and counts against nothing.
EXEMPT = frozenset({Purpose.SERVICE.value})
_LIMIT_MAX, _HOURS_MAX, _RATE_MAX = 1_000, 366 * 24, 10_000_000


@dataclass(frozen=True, kw_only=True)
class House:
    """`rates` are messages a minute by what limits them: `smtp` (a provider), `domain:gmail.com`, `domain:*`."""

    budgets: tuple[Budget, ...] = BUDGETS
    own_windows: tuple[Window, ...] = ()
    rates: Mapping[str, int]
    site: str = ""
    sender_name: str = ""
    own_senders: tuple[SenderRule, ...] = ()
    sees_opens: bool = False  # a picture in each mail says that it was opened

    @property
    def senders(self) -> tuple[SenderRule, ...]:
        return (*self.own_senders, *list_pack_senders())

    @property
    def windows(self) -> tuple[Window, ...]:
        return (*self.own_windows, *list_pack_windows())


def read_house(told: Mapping[str, Any]) -> House:
    """Raises ValueError with the name of what cannot be."""
    return House(
        budgets=tuple(_read_budget(one) for one in told["budgets"]) if "budgets" in told else BUDGETS,
        own_windows=tuple(_read_window(one) for one in told.get("windows", ())),
        rates={
            str(name): _read_number(rate, _RATE_MAX, "rates") for name, rate in told.get("rates", {}).items()
        },
        site=str(told.get("site", "")).rstrip("/"),
        sender_name=" ".join(str(told.get("sender_name", "")).split()),
        own_senders=tuple(read_sender_rule(one) for one in told.get("senders", ())),
        sees_opens=told.get("sees_opens") is True,
    )


def encode_site(url: str) -> str:
    """In ASCII, as the headers of a mail need it: the host by IDNA, the path in percents. As it is where it has no such form."""
    if url.isascii():
        return url
    try:
        parts = urlsplit(url)
        place = parts.netloc
        if not place.isascii():
            port = f":{parts.port}" if parts.port else ""
            place = (parts.hostname or "").encode("idna").decode() + port
    except ValueError:  # UnicodeError is one
        return url
    return urlunsplit((parts.scheme, place, quote(parts.path, safe="/%~"), "", ""))


def write_house(house: House) -> dict[str, Any]:
    """What read_house reads again."""
    return {
        "budgets": [
            {"channel": one.channel, "limit": one.limit, "hours": one.hours} for one in house.budgets
        ],
        "windows": [
            {
                "country": one.country,
                "channel": one.channel,
                "opens": say_clock(one.opens),
                "closes": say_clock(one.closes),
                "source": one.source,
            }
            for one in house.own_windows
        ],
        "rates": dict(house.rates),
        "site": house.site,
        "sender_name": house.sender_name,
        "senders": [asdict(one) for one in house.own_senders],
        "sees_opens": house.sees_opens,
    }


def _read_budget(told: Mapping[str, Any]) -> Budget:
    return Budget(
        channel=str(told.get("channel", "")),
        limit=_read_number(told.get("limit"), _LIMIT_MAX, "budgets.limit"),
        hours=max(1, _read_number(told.get("hours"), _HOURS_MAX, "budgets.hours")),
    )


def _read_window(told: Mapping[str, Any]) -> Window:
    opens, closes = read_clock(str(told.get("opens"))), read_clock(str(told.get("closes")))
    if opens >= closes:
        raise ValueError("windows")
    return Window(
        country=str(told.get("country", "")).upper(),
        channel=str(told.get("channel", "")),
        opens=opens,
        closes=closes,
        source=str(told.get("source", ""))[:200],
    )


def _read_number(told: Any, limit: int, name: str) -> int:
    if not isinstance(told, int) or isinstance(told, bool) or not 0 <= told <= limit:
        raise ValueError(name)
    return told
