"""How long the worker's loop rests."""

import time

from wafaa.run.worker import BUSY_POLL_S, POLL_S, Drainer


def test_the_loop_rests_until_the_next_sync_and_looks_calmly_while_an_import_hinders_it():
    drainer = Drainer()

    drainer._next_sync = time.monotonic() - 1  # due, but an import is on its way in
    assert drainer._choose_patience() == BUSY_POLL_S >= 0.5

    drainer._next_sync = time.monotonic() + 0.3
    assert 0 < drainer._choose_patience() <= 0.3

    drainer._next_sync = time.monotonic() + 30
    assert drainer._choose_patience() == POLL_S

    drainer._facts_behind = False
    drainer._next_sync = 0
    assert drainer._choose_patience() == POLL_S
