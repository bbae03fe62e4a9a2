"""Worker and PostgreSQL are killed at random while a campaign goes out: nobody is left out, and what came twice is listed.

WAFAA_KILL_MAILS says how many people (1,000), WAFAA_KILL_MOMENTS how many kills (4), WAFAA_KILL_SEED which ones. `-s` tells
what was killed and what was counted.
"""

import os
import random
import subprocess
import sys
import time
from collections import Counter
from contextlib import suppress
from pathlib import Path

import psutil
import psycopg
import pytest
from bench.mail_sink import Sink

from tests.flow.processes import Shop
from wafaa.act.messages.delivering import BULK
from wafaa.run.tests.processes import make_environment, wait_until

pytestmark = pytest.mark.slow
MAILS = int(os.environ.get("WAFAA_KILL_MAILS", "1000"))
MOMENTS = int(os.environ.get("WAFAA_KILL_MOMENTS", "4"))
SEED = int(os.environ.get("WAFAA_KILL_SEED", "2"))
# One in ten by the campaign, and of the others one in twenty of all marketing.
SHARE_ASIDE = 0.145
VICTIMS = ("worker", "worker", "postgres")
# A recovery; a child that died often in a row is started again after half a minute.
PATIENCE_S = 300
STATES = """
SELECT coalesce(jsonb_object_agg(state, told), '{}')
FROM (SELECT state, count(*) AS told FROM act_messages_message GROUP BY state) AS by_state
"""
WALKED = "SELECT count(*) FROM decide_journeys_campaign WHERE walked_at IS NOT NULL"
SENT = "SELECT coalesce(array_agg(uuid::text), '{}') FROM act_messages_message WHERE state = 'sent'"
UNSURE = "SELECT coalesce(array_agg(uuid::text), '{}') FROM act_messages_message WHERE is_unsure"
TOLD = "SELECT count(*), count(DISTINCT message_id) FROM stream_event WHERE name = 'Message Sent'"
ASIDE = "SELECT count(*) FROM act_messages_message WHERE state = 'refused' AND why = 'control'"


@pytest.fixture
def sink() -> Sink:
    return Sink()


@pytest.fixture
def shop(tmp_path: Path, sink: Sink):
    shop = Shop(tmp_path / "home", WAFAA_EMAIL_URL=f"smtp://127.0.0.1:{sink.port}").start()
    yield shop
    shop.clear()


def do(shop: Shop, *arguments: str) -> None:
    """What staff do, by a program of its own."""
    environment = make_environment(
        shop.home, WAFAA_DATABASE_URL=shop.database_url, DJANGO_SETTINGS_MODULE="wafaa.config.settings"
    )
    command = [sys.executable, "-m", "tests.flow.campaigns", *arguments]
    subprocess.run(command, env=environment, check=True, timeout=PATIENCE_S)


def kill_one(shop: Shop, victim: str) -> bool:
    """False where it was killed a moment ago and is not back yet."""
    try:
        shop.server.find_child(victim).kill()
    except (ValueError, psutil.Error):
        return False
    return True


def kill_at_random(shop: Shop, sink: Sink, expected: int) -> Counter[str]:
    """Each when so many mails have left that the kills are spread over all of them."""
    chance, killed = random.Random(SEED), Counter[str]()
    for number in range(MOMENTS):
        until = (number + chance.random()) * expected / MOMENTS
        wait_until(lambda until=until: len(sink.taken) >= until, PATIENCE_S)
        victim = chance.choice(VICTIMS)
        wait_until(lambda victim=victim: kill_one(shop, victim), PATIENCE_S)
        killed[victim] += 1
    return killed


def is_over(shop: Shop) -> bool:
    """Everybody was walked past, and no message is on its way."""
    with suppress(psycopg.Error, AssertionError):
        (states,) = shop.ask(STATES)
        return shop.ask(WALKED) == (1,) and not {"held", "queued"} & set(states)
    return False


def test_a_campaign_that_is_killed_reaches_everybody_and_lists_what_came_twice(shop: Shop, sink: Sink):
    do(shop, "people", str(MAILS), "email")
    do(shop, "launch", "email")
    began = time.monotonic()

    killed = kill_at_random(shop, sink, expected=MAILS * 85 // 100)
    wait_until(lambda: is_over(shop), PATIENCE_S)
    took_s = time.monotonic() - began
    shop.wait_until_well()
    wait_until(shop.is_settled, PATIENCE_S)

    taken = {name.partition("@")[0]: times for name, times in sink.taken.items()}
    repeated = {name for name, times in taken.items() if times > 1}
    (sent,), (unsure,), (aside,) = shop.ask(SENT), shop.ask(UNSURE), shop.ask(ASIDE)
    print(
        f"\n{killed.total()} kills ({', '.join(f'{name} {times}' for name, times in sorted(killed.items()))}) in {took_s:.0f} s\n"
        f"people {MAILS}, kept aside {aside}, sent {len(sent)}, taken by the server {len(taken)}, "
        f"lost {len(set(sent) - set(taken))}, twice {len(repeated)}, listed as unsure {len(unsure)}: {sorted(repeated)}"
    )
    assert shop.ask(STATES)[0] == {"sent": MAILS - aside, "refused": aside}
    assert aside == pytest.approx(MAILS * SHARE_ASIDE, rel=0.3)
    assert set(taken) == set(sent)
    # one for each thread that had a mail in its hands when its worker died, and each of them is listed
    assert repeated <= set(unsure)
    assert sum(taken.values()) - len(taken) <= killed["worker"] * BULK.senders
    assert shop.ask(TOLD) == (len(sent), len(sent))
