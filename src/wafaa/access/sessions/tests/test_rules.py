from datetime import UTC, datetime, timedelta

import pytest

from wafaa.access.sessions.rules import Ending, find_ending, name_device

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"
CHROME = (
    "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Mobile Safari/537.36"
)


@pytest.mark.parametrize(
    ("opened", "seen", "ending"),
    [
        (timedelta(hours=1), timedelta(minutes=5), None),
        (timedelta(hours=11), timedelta(minutes=121), None),  # seen-at is a minute coarse
        (timedelta(hours=11), timedelta(minutes=122), Ending.IDLE),
        (timedelta(hours=12, seconds=1), timedelta(0), Ending.OLD),
        (timedelta(hours=-3), timedelta(hours=-3), None),  # the clock was set back
    ],
)
def test_when_a_session_ends(opened, seen, ending):
    found = find_ending(
        opened_at=NOON - opened, seen_at=NOON - seen, now=NOON, idle_s=2 * 3600, absolute_s=12 * 3600
    )
    assert found is ending


@pytest.mark.parametrize(
    ("agent", "name"),
    [
        (FIREFOX, "Firefox, Windows"),
        (CHROME, "Chrome, Android"),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Mobile Safari/604.1",
            "Safari, iPhone",
        ),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15) Chrome/140.0 Safari/537.36 Edg/140.0", "Edge, macOS"),
        ("curl/8", ""),
        ("", ""),
    ],
)
def test_a_device_is_named_by_browser_and_system(agent, name):
    assert name_device(agent) == name
