"""What `wafaa stream` and `wafaa worker` do."""

import os
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table

from wafaa.run.display import Display
from wafaa.run.words import say as _

if TYPE_CHECKING:
    from wafaa.stream.models import Replay


def show_lag() -> None:
    """Plain columns on standard output."""
    from wafaa.stream.queries import get_lag, list_consumers

    table = Table(box=None, pad_edge=False, header_style="")
    for head in (_("Part"), _("Waiting"), _("Longest, in seconds"), _("Parked"), _("Can be replayed")):
        table.add_column(head, no_wrap=True)
    for consumer in list_consumers():
        lag = get_lag(consumer)
        replay = _("yes") if consumer.replayable else _("to the end") if consumer.replays_to_end else _("no")
        table.add_row(consumer.name, f"{lag.waiting}", f"{lag.oldest_s:.1f}", f"{lag.parked}", replay)
    console = Console(highlight=False, markup=False)
    console.print(table, width=None if console.is_terminal else 200, soft_wrap=True)


def replay(
    consumer: str,
    display: Display,
    *,
    since: datetime | None,
    until: datetime | None,
    positions: tuple[int, int] | None,
    names: Sequence[str],
    distinct_ids: Sequence[str],
) -> None:
    from wafaa.stream.queries import get_consumer
    from wafaa.stream.replaying import replay_range

    with display.working() as bars:

        def show(replay: "Replay") -> None:
            bars.advance(_("Giving events again"), replay.done, replay.total)

        done = replay_range(
            consumer=get_consumer(consumer),
            since=_localise(since),
            until=_localise(until),
            positions=positions,
            names=names,
            distinct_ids=distinct_ids,
            on_progress=show,
        )
    display.done(
        _("{done} events were given again, {parked} of them are parked now.").format(
            done=done.done, parked=done.parked
        )
    )


def retry(consumer: str, display: Display) -> None:
    from wafaa.stream.parking import replay_all_parked
    from wafaa.stream.queries import get_consumer, list_parked

    with display.working() as bars:
        total = list_parked(consumer=consumer).count()
        freed = replay_all_parked(
            consumer=get_consumer(consumer),
            on_progress=lambda done: bars.advance(_("Trying parked events again"), done, total),
        )
    stayed = list_parked(consumer=consumer).count()
    display.done(
        _("{freed} events are parked no more, {stayed} still are.").format(freed=freed, stayed=stayed)
    )


def work(display: Display) -> None:
    """Beside the Wafaa that runs here, or for the database of another machine."""
    from wafaa.config.environment import env_text
    from wafaa.run.drainer import main
    from wafaa.run.errors import NothingRuns
    from wafaa.run.home import Home

    if not env_text("WAFAA_DATABASE_URL"):
        home = Home()
        running = home.read_running()
        if running is None or not home.is_held():
            raise NothingRuns(folder=home.path)
        os.environ["WAFAA_DATABASE_URL"] = running.database_url
    display.say(_("Sharing the stream. Ctrl-C stops it."))
    main()


def _localise(moment: datetime | None) -> datetime | None:
    """What was given without an offset is the business's time."""
    if moment is None or moment.tzinfo:
        return moment
    from wafaa.access.business.queries import get_business

    return moment.replace(tzinfo=get_business().zone)
