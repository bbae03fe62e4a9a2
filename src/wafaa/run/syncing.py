"""The worker's thread that brings the facts in step with what was handled, by whichever worker."""

import logging
import threading
import time

from django.db import DatabaseError, InterfaceError, connection

from wafaa.stream.rules import Place

log = logging.getLogger(__name__)

# Events that stream in one by one share a sync; an import's end is at most this late in the figures.
SYNC_INTERVAL_S = 2.0
# What took long rests as many times longer, so that pages have the cores meanwhile, but no longer than a minute.
SYNC_REST = 4
SYNC_REST_S_MAX = 60.0
# How often it looks whether an import that is on its way in has ended, or what waits has been handled.
BUSY_POLL_S = 0.5
# Where events never end, it waits no longer for a moment without any.
HURRY_S = 30.0
# How soon new settings show in the figures, and what another worker has handled.
LOOK_S = 5.0
# Until the analyst that just started answers, or after a sync that failed.
RETRY_S = 1.0
RETRY_S_MAX = 60.0


class FactsKeeper:
    """The loop from the database to the facts."""

    def __init__(self) -> None:
        self.ending = threading.Event()
        self._handled = threading.Event()
        self._facts_behind = True  # whatever an earlier process left undone
        self._behind_since = time.monotonic()
        self._counted_under: tuple[object, ...] = ()
        self._next_look = 0.0
        self._next_sync = 0.0
        self._failures = 0
        self._target: Place | None = None

    def note_handled(self) -> None:
        """A consumer of this process has handled something."""
        self._handled.set()

    def end(self) -> None:
        self.ending.set()
        self._handled.set()

    def run(self) -> None:
        from wafaa.listen.connectors.files.actions import resume_publishing

        resume_publishing()
        while not self.ending.is_set():
            try:
                self._turn()
            except (DatabaseError, InterfaceError) as error:
                self._put_off(error)
                connection.close_if_unusable_or_obsolete()
            self._wait()

    def _turn(self) -> None:
        if self._handled.is_set():
            self._handled.clear()
            self._fall_behind()
        self._look_for_changes()
        self._sync_if_due()

    def _fall_behind(self) -> None:
        if not self._facts_behind:
            self._facts_behind, self._behind_since = True, time.monotonic()

    def _look_for_changes(self) -> None:
        """What moves the facts without our own events: settings, a new epoch, other workers, imports drained elsewhere."""
        if time.monotonic() < self._next_look:
            return
        from wafaa.listen.connectors.files.queries import list_imports

        self._next_look = time.monotonic() + LOOK_S
        if _counts_under() != self._counted_under or list_imports(state="applying").exists():
            self._fall_behind()

    def _wait(self) -> None:
        """Until something was handled that the facts lack, or the next look or sync; an ending cuts it short."""
        if self._facts_behind:
            self.ending.wait(self._choose_patience())
        else:
            self._handled.wait(self._choose_patience())

    def _choose_patience(self) -> float:
        """Until the next sync is due; one that is due already waits for an import to end or for events to be handled."""
        if not self._facts_behind:
            return LOOK_S
        due_in_s = self._next_sync - time.monotonic()
        return min(LOOK_S, due_in_s) if due_in_s > 0 else BUSY_POLL_S

    def _sync_if_due(self) -> None:
        """Not while an import is on its way in, so that all figures turn at once."""
        if not self._facts_behind or time.monotonic() < self._next_sync or not self._is_time():
            return
        from wafaa.kit.remote import AnalystFailed, AnalystUnavailable
        from wafaa.know.orders.actions import refresh_totals
        from wafaa.listen.connectors.files.actions import mark_counted
        from wafaa.run.demo.actions import settle_replacement
        from wafaa.run.errors import ImportUnderway
        from wafaa.run.functions import sync_facts

        under, started = _counts_under(), time.monotonic()
        refresh_totals()
        try:
            applied = sync_facts()["applied"]
        except ImportUnderway:
            return  # its events wake the loop again
        except (AnalystFailed, AnalystUnavailable) as error:
            self._put_off(error)
            return
        self._failures = 0
        self._facts_behind = False
        self._target = None
        self._counted_under = under
        self._next_sync = time.monotonic() + choose_rest(time.monotonic() - started)
        if mark_counted(applied):
            settle_replacement()

    def _put_off(self, error: Exception) -> None:
        self._failures += 1
        # the first one is usual: the analyst is still starting
        level = logging.INFO if self._failures == 1 else logging.WARNING
        log.log(level, "the facts will be synced later: %s", error)
        self._next_sync = time.monotonic() + min(RETRY_S * 2 ** (self._failures - 1), RETRY_S_MAX)

    def _is_time(self) -> bool:
        """A moment in which nothing waits. Where there is none: when what stood there at the first look, which holds an
        import's last event, was handled; without an import after HURRY_S.
        """
        from wafaa.listen.connectors.files.queries import is_publishing, list_imports
        from wafaa.stream.queries import count_waiting, find_newest_place, list_consumers

        if is_publishing():
            return False
        consumers = list_consumers()
        if not list_imports(state="applying").exists():
            return time.monotonic() - self._behind_since > HURRY_S or count_waiting(consumers, limit=1) == 0
        self._target = self._target or find_newest_place()
        return count_waiting(consumers, limit=1, until=self._target) == 0


def choose_rest(took_s: float) -> float:
    """Seconds from the end of one sync to the next."""
    return max(SYNC_INTERVAL_S, min(SYNC_REST * took_s, SYNC_REST_S_MAX))


def _counts_under() -> tuple[object, ...]:
    """What facts and figures depend on besides the rows, and how far they have come. A sync also counts ahead what Today
    asks: on a new day nobody waits.
    """
    from wafaa.access.business.queries import get_business
    from wafaa.kit import clock
    from wafaa.stream.queries import find_last_move, get_epoch

    business = get_business()
    today = clock.today(business.zone)
    return (
        business.time_zone,
        business.currency,
        business.lapse_window_days,
        today,
        get_epoch(),
        find_last_move(),
    )
