"""`wafaa backup` and `wafaa restore`, as the command line runs them."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from wafaa.run.backup.errors import BackupFailed, DatabaseInUse
from wafaa.run.display import Display
from wafaa.run.home import Home, use_database
from wafaa.run.loading import load_django
from wafaa.run.words import say as _


def backup(file: Path, *, with_secret_key: bool, display: Display) -> None:
    """Beside a server that runs, or on its own. Tables are left as they are: a backup often comes before an upgrade."""
    with use_database(display.say):
        load_django()
        from wafaa.run.backup.record import note_failure, note_made
        from wafaa.run.backup.writing import make_backup
        from wafaa.run.prepare import check_database

        check_database()
        try:
            with display.working() as bars:
                made = make_backup(file, with_secret_key=with_secret_key, on_progress=bars.advance)
        except BackupFailed as error:
            note_failure(error)
            raise
        note_made(made)
    display.done(
        _(
            "The backup {file} stands: {size} MB, {customers} customers, {orders} orders, in {seconds} s."
        ).format(
            file=made.file,
            size=f"{made.size_bytes / 1e6:,.1f}",
            customers=f"{made.rows['customers']:,}",
            orders=f"{made.rows['orders']:,}",
            seconds=f"{made.seconds:.1f}",
        )
    )
    display.say(_("It holds personal data and is not encrypted: keep it where only you can read it."))
    if not with_secret_key:
        display.say(
            _(
                "The secret key is not in it. On another machine, links in mails and second factors work only with it: "
                "keep {path} apart, or add it by --with-secret-key."
            ).format(path=Home().path / "secret_key")
        )


def restore(file: Path, *, replace: bool, display: Display) -> None:
    """Database, files, migrations, facts, in this order; after the first two the rest can be had again at any time."""
    with use_database(display.say), _alone():
        load_django()
        from wafaa.run.backup.restoring import restore_backup
        from wafaa.run.commands import count_all
        from wafaa.run.functions import rebuild_facts, register_functions
        from wafaa.run.prepare import check_database, prepare

        check_database()
        with display.working() as bars:
            manifest = restore_backup(file, replace=replace, on_progress=bars.advance)
        display.done(
            _("Restored: {customers} customers, {orders} orders, as of {moment} UTC.").format(
                customers=f"{manifest.rows['customers']:,}",
                orders=f"{manifest.rows['orders']:,}",
                moment=f"{manifest.made_at:%Y-%m-%d %H:%M}",
            )
        )
        prepare(display.say)
        register_functions()
        with display.working() as bars:
            count_all(bars, rebuild_facts)
        display.done(_("The facts were written anew. Start Wafaa: wafaa serve"))
        display.say(_("Everybody signs in again."))


@contextmanager
def _alone() -> Iterator[None]:
    """No server and no other command may work on this installation meanwhile."""
    home = Home()
    running = home.read_running()
    if running and running.pid == os.getpid():
        yield  # the embedded database is ours
        return
    if not home.hold():
        raise DatabaseInUse
    try:
        yield
    finally:
        home.let_go()
