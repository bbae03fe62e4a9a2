"""`wafaa customer erase` and `wafaa customer export`: one person out of everything, or a copy of everything."""

import sys
import uuid
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from wafaa.run.arguments import Lang

if TYPE_CHECKING:
    from wafaa.run.display import Display

customers = typer.Typer(help="One customer's personal data.", no_args_is_help=True)
Id = Annotated[
    uuid.UUID, typer.Argument(metavar="ID", help="As it stands in the address of the customer's page.")
]
STOPPED = 130


@customers.command("erase", epilog="Example: wafaa customer erase 0197f3a2-6c1e-7b6d-9a53-2f1f0c8e4d10")
def erase(
    customer_id: Id,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    lang: Lang = None,
) -> None:
    """Erase everything that is kept about a customer, for good, and print the number of the certificate."""
    from wafaa.run.cli import database, speaking

    with speaking(lang) as display, database(display):
        erase_customer(customer_id, display, is_sure=yes)


@customers.command(
    "export", epilog="Example: wafaa customer export 0197f3a2-6c1e-7b6d-9a53-2f1f0c8e4d10 copy.zip"
)
def export(
    customer_id: Id,
    file: Annotated[Path, typer.Argument(help="The ZIP file to write.")],
    lang: Lang = None,
) -> None:
    """Write everything that is kept about a customer into one ZIP file."""
    from wafaa.run.cli import database, speaking

    with speaking(lang) as display, database(display):
        export_customer(customer_id, file, display)


def erase_customer(customer_id: uuid.UUID, display: "Display", *, is_sure: bool) -> None:
    from wafaa.know.customers.queries import get_customer
    from wafaa.run.functions import register_functions
    from wafaa.run.words import say as _
    from wafaa.show.privacy.actions import run_erasure, start_erasure
    from wafaa.show.privacy.queries import find_running

    register_functions()
    customer = get_customer(customer_id)
    question = _("Erase {customer} and everything that is kept about them for good?").format(
        customer=customer
    )
    if not is_sure and not (sys.stdin.isatty() and typer.confirm(question)):
        display.warn(_("Nothing was erased."))
        raise typer.Exit(STOPPED)
    erasure = find_running(customer) or start_erasure(
        customer=customer, by=None, reason="asked", starts=False
    )
    done = run_erasure(erasure_uuid=erasure.uuid)
    display.done(_("Nothing of this customer is left. The number of the certificate:"))
    print(done.uuid)


def export_customer(customer_id: uuid.UUID, file: Path, display: "Display") -> None:
    import shutil

    from wafaa.access.audit.actions import record_change
    from wafaa.access.business.queries import get_business
    from wafaa.know.customers.actions.profile import name_for_trail
    from wafaa.know.customers.queries import get_customer
    from wafaa.run.words import say as _
    from wafaa.show.privacy.exporting import write_export

    customer = get_customer(customer_id)
    with write_export(customer, business=str(get_business())) as copy, file.open("wb") as out:
        shutil.copyfileobj(copy, out)
    record_change(staff=None, deed="export_customer", subject=name_for_trail(customer))
    display.done(_("{file} holds everything. Give it to the customer only.").format(file=file.name))
