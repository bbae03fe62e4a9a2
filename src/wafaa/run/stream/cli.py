"""`wafaa stream` and `wafaa worker` as the command line declares them. Light, like wafaa.run.cli."""

from typing import Annotated

import typer

from wafaa.run.arguments import Lang, read_moment

stream = typer.Typer(help="What happened, and who has heard of it.", no_args_is_help=True)

Consumer = Annotated[str, typer.Option(help="The part of the program, as stream lag names it.")]


@stream.command("lag")
def lag(lang: Lang = None) -> None:
    """For each part of the program: events that wait, how long, and what is parked."""
    from wafaa.run.cli import database, speaking

    with speaking(lang) as display, database(display):
        from wafaa.run.stream.commands import show_lag as run

        run()


@stream.command(
    "replay", epilog='Example: wafaa stream replay --consumer know.orders --since "2026-03-01 09:00"'
)
def replay(  # noqa: PLR0917  (Typer passes them by name)
    consumer: Consumer,
    since: Annotated[
        str | None, typer.Option(metavar="TIME", help="Received at or after, such as 2026-03-01T09:00+03:00.")
    ] = None,
    until: Annotated[str | None, typer.Option(metavar="TIME", help="Received before.")] = None,
    first: Annotated[int | None, typer.Option(help="The first position, instead of times.")] = None,
    last: Annotated[int | None, typer.Option(help="The last position.")] = None,
    name: Annotated[list[str] | None, typer.Option(help="Events of this name only; may be repeated.")] = None,
    distinct_id: Annotated[
        list[str] | None, typer.Option(help="Events of this id only; may be repeated.")
    ] = None,
    lang: Lang = None,
) -> None:
    """Give a part of the program events of the past once more. Ctrl-C cancels it between two chunks."""
    from wafaa.run.cli import database, speaking

    moments = read_moment(since, "--since"), read_moment(until, "--until")
    with speaking(lang) as display, database(display):
        from wafaa.run.stream.commands import replay as run

        run(
            consumer,
            display,
            since=moments[0],
            until=moments[1],
            positions=None if first is None and last is None else (first or 0, last or 2**63 - 1),
            names=name or [],
            distinct_ids=distinct_id or [],
        )


@stream.command("retry", epilog="Example: wafaa stream retry --consumer know.orders")
def retry(consumer: Consumer, lang: Lang = None) -> None:
    """Try everything again that is parked for a part of the program."""
    from wafaa.run.cli import database, speaking

    with speaking(lang) as display, database(display):
        from wafaa.run.stream.commands import retry as run

        run(consumer, display)


def worker(lang: Lang = None) -> None:
    """Share the stream of a Wafaa that runs here, or of the database that WAFAA_DATABASE_URL names. Ctrl-C stops it."""
    from wafaa.run.cli import speaking

    with speaking(lang) as display:
        from wafaa.run.stream.commands import work as run

        run(display)
