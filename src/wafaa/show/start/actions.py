"""The first owner, and asking for the demo shop."""

from dataclasses import asdict

from django.core.cache import cache
from django.db import connection, transaction
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from wafaa.access.staff.actions import create_staff
from wafaa.access.staff.models import Staff
from wafaa.access.staff.rules import Role
from wafaa.kit.sql import load_sql
from wafaa.show.start.errors import OwnerIsThere
from wafaa.show.start.queries import DEMO_KEY, DemoProgress, has_nobody

# By its name: run lies above this room.
LOAD_DEMO = "wafaa.run.tasks.load_demo_shop"
# A load takes seconds; what is older was cut off.
DEMO_PROGRESS_S = 900
FIRST_OWNER_LOCK = 0x57414641_03


@transaction.atomic
def create_first_owner(*, email: str, name: str, password: str, language: str) -> Staff:
    """The first who may sign in, while nobody may. Of two at once one wins. Raises OwnerIsThere, WeakPassword."""
    with connection.cursor() as cursor:
        cursor.execute(load_sql("wafaa.show.start", "lock_first_owner"), {"number": FIRST_OWNER_LOCK})
    if not has_nobody():
        raise OwnerIsThere
    return create_staff(email=email, role=Role.OWNER, password=password, name=name, language=language)


def create_own_owner(*, email: str, name: str, password: str, language: str, by: Staff) -> Staff:
    """A sign-in of one's own beside the demo's owner. Raises EmailTaken, WeakPassword."""
    return create_staff(email=email, role=Role.OWNER, password=password, name=name, language=language, by=by)


def ask_for_demo() -> None:
    """The worker loads the demo shop; asking twice is asking once."""
    tell_demo_progress(DemoProgress())
    try:
        with transaction.atomic():
            app.configure_task(LOAD_DEMO, queueing_lock="start.load_demo").defer()
    except AlreadyEnqueued:
        return


def tell_demo_progress(progress: DemoProgress) -> None:
    """What the page of the demo shop shows next."""
    cache.set(DEMO_KEY, asdict(progress), DEMO_PROGRESS_S)
