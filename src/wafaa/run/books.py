"""`wafaa books`: proof that the ledger is whole, at any time. Light, like wafaa.run.cli."""

from typing import TYPE_CHECKING

import typer

from wafaa.run.arguments import Lang

if TYPE_CHECKING:
    from wafaa.run.display import Display

FAILED = 1

books = typer.Typer(help="The ledger of points, gift cards and other balances.", no_args_is_help=True)


@books.command("check", epilog="Example: wafaa books check")
def check(lang: Lang = None) -> None:
    """Reckon every balance, lot, hold and seal anew from the movements; exit code 1 where something does not agree."""
    from wafaa.run.cli import database, speaking

    with speaking(lang) as display, database(display):
        if not check_and_say(display):
            raise typer.Exit(FAILED)


@books.command("seal", epilog="Example: wafaa books seal")
def seal(lang: Lang = None) -> None:
    """Seal what moved since the last seal, and print the digest: who keeps it can prove a later change."""
    from wafaa.run.cli import database, speaking

    with speaking(lang) as display, database(display):
        from wafaa.act.points.actions import seal_transfers
        from wafaa.act.points.queries import get_last_seal
        from wafaa.run.words import say as _

        count = seal_transfers()
        display.done(_("{count} movements sealed.").format(count=f"{count:,}"))
        if last := get_last_seal():
            typer.echo(f"{last.through} {bytes(last.digest).hex()}")


def check_and_say(display: "Display") -> bool:
    """Whether the books are whole; each fault is a line."""
    from wafaa.act.points.checking import check_books, count_books
    from wafaa.run.words import say as _

    faults = check_books()
    for fault in faults:
        typer.echo(
            _("{check}: {row} should be {expected} and is {found}").format(
                check=fault.check, row=fault.row, expected=fault.expected, found=fault.found
            )
        )
    told = {name: f"{number:,}" for name, number in count_books().items()}
    if faults:
        display.fail(_("The books do not agree: {count} faults.").format(count=len(faults)))
    else:
        typer.echo(
            _(
                "The books are whole: {transfers} movements in {wallets} wallets sum to zero, balances equal entries, "
                "lots and holds equal balances, {seals} seals hold {sealed} movements."
            ).format(**told)
        )
    return not faults
