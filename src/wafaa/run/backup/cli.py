"""`wafaa backup` and `wafaa restore` as the command line declares them. Light, like wafaa.run.cli."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from wafaa.run.arguments import Lang

STOPPED = 130


def backup(
    file: Annotated[Path, typer.Argument(help="The file to write; an older backup there is replaced.")],
    with_secret_key: Annotated[
        bool,
        typer.Option(
            "--with-secret-key", help="What second factors are sealed with; needed on another machine."
        ),
    ] = False,
    lang: Lang = None,
) -> None:
    """Write everything into one file, also while Wafaa runs."""
    from wafaa.run.cli import speaking

    with speaking(lang) as display:
        from wafaa.run.backup.commands import backup as run

        run(file, with_secret_key=with_secret_key, display=display)


def restore(
    file: Annotated[Path, typer.Argument(help="A backup that wafaa backup wrote.")],
    replace: Annotated[
        bool,
        typer.Option("--replace", help="Put it in the place of the data that are there, which are lost."),
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    lang: Lang = None,
) -> None:
    """Bring a backup back, all or nothing. Wafaa must not run."""
    from wafaa.run.cli import speaking

    with speaking(lang) as display:
        from wafaa.run.backup.commands import restore as run
        from wafaa.run.words import say

        if replace and not yes:
            question = say("All present data of this installation will be lost. Go on?")
            replace = sys.stdin.isatty() and typer.confirm(question)
            if not replace and sys.stdin.isatty():
                raise typer.Exit(STOPPED)
        run(file, replace=replace, display=display)
