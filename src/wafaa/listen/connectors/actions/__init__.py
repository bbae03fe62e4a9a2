"""The room's writes: connections, what they send, the past that is fetched, and what follows by itself."""

from wafaa.listen.connectors.actions.backfilling import (
    cancel_backfill,
    pause_backfill,
    resume_backfill,
    start_backfill,
    turn_page,
    wake_backfills,
)
from wafaa.listen.connectors.actions.connecting import (
    change_connection,
    connect,
    disconnect,
    pause_connection,
    resume_connection,
    subscribe,
    test_connection,
)
from wafaa.listen.connectors.actions.erasing import erase_customer
from wafaa.listen.connectors.actions.exchanging import fetch_named, push_changes
from wafaa.listen.connectors.actions.keeping import abandon_checkouts, prune_deliveries, settle_wish
from wafaa.listen.connectors.actions.receiving import (
    Outcome,
    read_again,
    read_failed_again,
    read_waiting,
    receive,
)
from wafaa.listen.connectors.actions.recording import record_reading
from wafaa.listen.connectors.actions.sightings import end_stays, note_visit

__all__ = [
    "Outcome",
    "abandon_checkouts",
    "cancel_backfill",
    "change_connection",
    "connect",
    "disconnect",
    "end_stays",
    "erase_customer",
    "fetch_named",
    "note_visit",
    "pause_backfill",
    "pause_connection",
    "prune_deliveries",
    "push_changes",
    "read_again",
    "read_failed_again",
    "read_waiting",
    "receive",
    "record_reading",
    "resume_backfill",
    "resume_connection",
    "settle_wish",
    "start_backfill",
    "subscribe",
    "test_connection",
    "turn_page",
    "wake_backfills",
]
