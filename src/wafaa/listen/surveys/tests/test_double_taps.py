"""Outside of a transaction, as the web server does, pages are written without a lock: what changed meanwhile is seen."""

import threading
from typing import Any

import pytest
from django.db import connection

from wafaa.kit import clock
from wafaa.listen.surveys.actions import open_response, save_page
from wafaa.listen.surveys.loading import Loaded, load
from wafaa.listen.surveys.models import Answer, Collector, Response
from wafaa.listen.surveys.tests.conftest import MOMENT
from wafaa.stream.models import Event

TAPS = 4
FIRST = {"a.nps": ["10"], "a.csat": ["5"]}


@pytest.mark.django_db(transaction=True)
def test_taps_at_the_same_moment_are_one_response(link: Collector, monkeypatch: pytest.MonkeyPatch) -> None:
    state = open_response(token=link.token).state
    met, alone = threading.Barrier(TAPS), list[bool]()

    def load_together(*, locks: bool, **what: Any) -> Loaded:
        loaded = load(locks=locks, **what)
        alone.append(not locks)
        if not locks:
            met.wait(20)  # all have read that there is nothing yet
        return loaded

    monkeypatch.setattr("wafaa.listen.surveys.actions.saving.load", load_together)
    saved, failures = list[object](), list[BaseException]()

    def tap() -> None:
        try:
            with clock.fixed_at(MOMENT):
                saved.append(save_page(token=link.token, state=state, fields=FIRST, language="ar"))
        except BaseException as error:
            failures.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=tap) for _ in range(TAPS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert failures == []
    assert len(saved) == TAPS
    assert len(set(saved)) == 1
    assert alone.count(True) == TAPS
    assert alone.count(False) >= TAPS - 1  # those who came second looked again, with a lock
    assert Response.objects.count() == 1
    assert Answer.objects.count() == len(FIRST)
    assert Event.objects.filter(name="Survey Answered").count() <= 1
