"""Brings database and translations to what the code expects; safe at every start and by several at once."""

import errno
import sys
from collections.abc import Callable

from wafaa.run.errors import DatabaseTooOld, DatabaseUnreachable, RunError
from wafaa.run.loading import load_django
from wafaa.run.words import say as _

VERSION_MIN = 15
# Any number, the same in every Wafaa: two hosts over one database migrate one after the other.
LOCK_MIGRATE = 0x57414641

Progress = Callable[[str], None]


def prepare(on_progress: Progress = lambda sentence: None) -> None:
    """Compiles words, checks the database and migrates it. Raises an error of wafaa.run.errors."""
    compile_words()
    load_django()
    check_database()
    migrate(on_progress)


def compile_words() -> None:
    """Skipped where the package is installed read-only: it then came with its compiled words."""
    from wafaa.run import messages

    try:
        messages.compile_all()
    except OSError as error:
        if error.errno not in {errno.EACCES, errno.EPERM, errno.EROFS}:
            raise


def check_database() -> None:
    from django.db import OperationalError, connection

    try:
        connection.ensure_connection()
    except OperationalError as error:
        raise DatabaseUnreachable(reason=" ".join(str(error).split())) from error
    version = connection.cursor().connection.info.server_version
    if version < VERSION_MIN * 10_000:
        raise DatabaseTooOld(found=version // 10_000)


def migrate(on_progress: Progress) -> None:
    from django.core.management import call_command
    from django.db import connection

    from wafaa.kit.sql import load_sql
    from wafaa.run.migrating import Migrations
    from wafaa.stream.moving import forget_transactions, has_foreign_transactions

    with connection.cursor() as cursor:
        cursor.execute(load_sql("wafaa.run", "lock_migrate"), {"number": LOCK_MIGRATE})
    try:
        migrations = Migrations()
        if migrations.plan:
            on_progress(_("Making the tables …"))
            migrations.apply()
        call_command("createcachetable", verbosity=0)
        if has_foreign_transactions():
            # copied here by other means than wafaa restore: a plain dump, say
            on_progress(_("The database comes from another server; bringing the stream in order …"))
            forget_transactions()
    finally:
        with connection.cursor() as cursor:
            cursor.execute(load_sql("wafaa.run", "unlock_migrate"), {"number": LOCK_MIGRATE})


def fill_empty(on_progress: Callable[[str, int, int], None]) -> dict[str, str]:
    """The demo shop for an installation that never held anything. Returns its sign-in, {} without demo."""
    from wafaa.access.audit.models import Change
    from wafaa.access.business.queries import get_business
    from wafaa.access.staff.queries import find_staff
    from wafaa.config.flow import CONSUMERS
    from wafaa.run.demo.actions import load_demo
    from wafaa.run.demo.queries import find_loaded, has_real_data
    from wafaa.run.demo.staffing import OWNER_EMAIL, PASSWORD
    from wafaa.stream.queries import count_waiting

    shows_demo = get_business().shows_demo
    if has_real_data() or (not shows_demo and Change.objects.filter(deed="remove_demo").exists()):
        return {}
    is_whole = shows_demo and find_loaded() and find_staff(OWNER_EMAIL) and not count_waiting(CONSUMERS)
    if not is_whole:
        load_demo(on_progress=on_progress)
    return {"email": OWNER_EMAIL, "password": PASSWORD}


def find_first_code() -> str:
    """What opens the page of the first owner; "" where somebody may sign in already."""
    from wafaa.show.start.queries import has_nobody, make_code

    return make_code() if has_nobody() else ""


def _fill_or_go_on(tell: Callable[..., None]) -> dict[str, str]:
    """A demo that cannot be loaded, as when another host is at it, keeps nobody from their own shop."""
    from wafaa.kit.errors import WafaaError

    try:
        return fill_empty(lambda what, done, total: tell(work=what, done=done, total=total))
    except WafaaError as error:
        tell(say=str(error))
        return {}


def main(wanted: str = "") -> int:
    """For the supervisor, which stays small: `wanted` is "demo" or ""; it tells its doings in lines of JSON.

    {"say": sentence}, {"work": what, "done": n, "total": n}, {"demo": {email, password}}, {"start": code},
    {"error": sentence}
    """
    import msgspec

    from wafaa.kit.errors import WafaaError

    def tell(**line: object) -> None:
        sys.stdout.buffer.write(msgspec.json.encode(line) + b"\n")
        sys.stdout.buffer.flush()

    try:
        prepare(lambda sentence: tell(say=sentence))
        if wanted == "demo":
            tell(demo=_fill_or_go_on(tell))
        if code := find_first_code():
            tell(start=code)
    except WafaaError as error:
        tell(error=str(error))
        return error.exit_code if isinstance(error, RunError) else 1
    return 0
