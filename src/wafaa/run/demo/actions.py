"""Filling an empty installation with the demo shop, and taking it out again."""

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.conf import settings
from django.db import transaction

from wafaa.access.audit.actions import record_change
from wafaa.access.audit.models import Change
from wafaa.access.business.models import Business
from wafaa.access.business.queries import get_business
from wafaa.config.facts import FACT_TABLES
from wafaa.config.flow import CONSUMERS
from wafaa.kit import clock
from wafaa.learn.facts.actions import sync_facts
from wafaa.run.demo.answering import answer_surveys, review_products, settle_cases
from wafaa.run.demo.asking import settle_suggestions
from wafaa.run.demo.erasing import erase_demo
from wafaa.run.demo.errors import RealDataPresent
from wafaa.run.demo.events import tell_shop, write_chunks
from wafaa.run.demo.loyalty import open_club
from wafaa.run.demo.process import Parameters, simulate
from wafaa.run.demo.queries import find_loaded, has_real_data, has_traces, only_one
from wafaa.run.demo.shop import CURRENCY, ZONE, Shop, open_shop
from wafaa.run.demo.staffing import OWNER_EMAIL, PASSWORD, dismiss_staff, hire_staff
from wafaa.run.demo.truth import write_truth
from wafaa.run.words import say
from wafaa.stream.actions import keep_silent, record_events_csv
from wafaa.stream.drain import drain_until_quiet
from wafaa.stream.queries import count_waiting

# what is being done (in words), how much of it is done, of how much
OnProgress = Callable[[str, int, int], None]

_SETTINGS = {
    "name": "محمصة نجد · Najd Roastery",
    "currency": CURRENCY,
    "time_zone": str(ZONE),
    "week_start": 7,
    "prices_include_tax": True,
    "tax_percent": "15",
}


@dataclass(frozen=True)
class DemoShop:
    """What stands in the database, and who may sign in."""

    customers: int
    orders: int
    end: date
    was_there: bool
    email: str = OWNER_EMAIL
    password: str = PASSWORD


def load_demo(*, parameters: Parameters | None = None, on_progress: OnProgress | None = None) -> DemoShop:
    """Puts the demo shop of the two years before today into an empty installation, with staff and facts.

    A load that was cut off is finished or begun again; a shop that stands stays as it is.
    Raises RealDataPresent, DemoBusy.
    """
    tell = on_progress or _be_silent
    with only_one():
        if has_real_data():
            raise RealDataPresent
        loaded = find_loaded()
        wanted, end = parameters or Parameters(), clock.today(ZONE)
        if loaded:
            wanted, end = replace(wanted, seed=loaded.seed), loaded.end
        tell(say("Imagining the shop"), 0, 1)
        shop = open_shop(simulate(parameters=wanted, end=end))
        folder = settings.HOME / "demo"
        if not (loaded and folder.is_dir()):
            write_truth(shop, folder)
        if not loaded:
            _clear_traces()
            _open_business()
            _record_shop(shop, tell)
        tell(say("Reading the events"), 0, 1)
        _drain_all()
        tell(say("Asking the customers"), 0, 1)
        answer_surveys(shop)
        review_products(shop)
        _drain_all()
        tell(say("Hiring the staff"), 0, 1)
        hire_staff()
        settle_cases()
        settle_suggestions()
        _drain_all()
        tell(say("Opening the club"), 0, 1)
        open_club(shop)
        _drain_all()
        tell(say("Writing the facts"), 0, 1)
        sync_facts(FACT_TABLES)
    return DemoShop(
        customers=len(shop.people), orders=len(shop.orders), end=end, was_there=loaded is not None
    )


def remove_demo(*, on_progress: OnProgress | None = None) -> bool:
    """Takes out all that the demo brought; False where there was nothing to remove. Raises DemoBusy.

    Where a real import replaced the demo, its staff may still sign in with the printed password until then.
    """
    tell = on_progress or _be_silent
    with only_one():
        if not (get_business().shows_demo or has_traces()):
            return dismiss_staff() > 0
        tell(say("Removing the demo shop"), 0, 1)
        with transaction.atomic():
            keep_silent()
            erase_demo()
            dismiss_staff()
            _close_business()
        sync_facts(FACT_TABLES)
    return True


def settle_replacement() -> None:
    """After a real import replaced the demo: its name goes, and its staff may not sign in any more (but the last owner)."""
    business = get_business()
    if business.shows_demo:
        return
    with transaction.atomic():
        dismiss_staff()
        if business.name == _SETTINGS["name"]:
            business.name = ""
            business.save(update_fields=["name"])
            record_change(
                staff=None, deed="change_settings", before={"name": _SETTINGS["name"]}, after={"name": ""}
            )


def _record_shop(shop: Shop, tell: OnProgress) -> None:
    told = tell_shop(shop)
    done = 0
    for events, csv in write_chunks(shop, told):
        record_events_csv(csv=csv)
        done += events
        tell(say("Recording the events"), done, len(told))


def _drain_all() -> None:
    """Until every event is handled, by this process or by a worker that runs meanwhile."""
    while count_waiting(CONSUMERS):
        if not drain_until_quiet(CONSUMERS):
            time.sleep(0.05)  # a worker holds the checkpoints; its batches take less than a second


def _clear_traces() -> None:
    """What a load that was cut off left behind, perhaps days ago: its orders would not be those of today."""
    if has_traces():
        with transaction.atomic():
            keep_silent()
            erase_demo()


@transaction.atomic
def _open_business() -> None:
    """The flag stands before the first event, so that a real import always knows of a demo to replace."""
    business = get_business()
    before = _settings_of(business)
    if business.shows_demo:
        return
    for name, value in _SETTINGS.items():
        setattr(business, name, value)
    business.shows_demo = True
    business.save()
    record_change(staff=None, deed="load_demo", before=before, after=_SETTINGS)


def _close_business() -> None:
    """The settings from before the demo, apart from those that somebody changed since."""
    business = get_business()
    opened = Change.objects.filter(deed="load_demo").order_by("-id").first()
    earlier = opened.before if opened else {}
    now = _settings_of(business)
    for name, value in earlier.items():
        if now[name] == _SETTINGS[name]:
            setattr(business, name, value)
    business.shows_demo = False
    business.save()
    record_change(staff=None, deed="remove_demo", before=now, after=_settings_of(business))


def _settings_of(business: Business) -> dict[str, Any]:
    current = {name: getattr(business, name) for name in _SETTINGS}
    return current | {"tax_percent": f"{float(business.tax_percent):g}"}


def _be_silent(_what: str, _done: int, _total: int) -> None:
    """For callers who want no progress."""
