"""Publishing: once, only what changed, and on after any stop."""

import time

import pytest

from wafaa.config.flow import CONSUMERS
from wafaa.know.customers.models import Customer
from wafaa.know.orders.models import Order, Refund
from wafaa.listen.connectors.files.actions import (
    import_file,
    mark_counted,
    publish_import,
    resume_publishing,
)
from wafaa.listen.connectors.files.actions.publishing import CHUNK_EVENTS
from wafaa.listen.connectors.files.errors import DatesAmbiguous, ImportIsPast
from wafaa.listen.connectors.files.models import Import
from wafaa.listen.connectors.files.queries import APPLIERS, get_folder, has_waiting_events, is_publishing
from wafaa.listen.connectors.files.rules import Options
from wafaa.listen.connectors.files.tests.files import write
from wafaa.stream.drain import drain_until_quiet
from wafaa.stream.models import Event

pytestmark = pytest.mark.django_db(transaction=True)

HEAD = "order id,date,customer id,customer name,sku,quantity,unit price\n"
A = HEAD + "1,2024-01-05,7,Sara,X,2,10\n2,2024-01-06,8,Ali,X,1,5\n"
B = HEAD + "1,2024-01-05,7,Sara,X,3,10\n2,2024-01-06,8,Ali,X,1,5\n"
OPTIONS = Options(currency="SAR", time_zone="UTC")


def drain() -> None:
    """Until all is applied. Other databases of the same server may hold the stream's readers back for a moment."""
    for _ in range(600):
        drain_until_quiet(CONSUMERS)
        if not has_waiting_events():
            return
        time.sleep(0.1)
    raise AssertionError("the events were not applied")


def bring(tmp_path, text, **changes) -> Import:
    imported = import_file(write(tmp_path, text), options=OPTIONS, drain=drain, **changes)
    drain()
    mark_counted([imported.id])
    imported.refresh_from_db()
    return imported


def figures() -> list[tuple[str, int]]:
    return list(Order.objects.order_by("external_id").values_list("external_id", "gross_minor"))


def test_the_appliers_stand_in_the_flow():
    def describe(consumers):
        return [(one.name, one.hears, one.lanes) for one in consumers]

    assert set(describe(APPLIERS)) <= set(describe(CONSUMERS))


def test_an_import_becomes_orders_and_customers(tmp_path):
    imported = bring(tmp_path, A)

    assert (imported.state, imported.events_published) == ("done", 4)
    assert figures() == [("1", 2000), ("2", 500)]
    assert list(Customer.objects.order_by("external_id").values_list("external_id", "name")) == [
        ("7", "Sara"),
        ("8", "Ali"),
    ]
    assert not is_publishing()
    assert [path.name for path in get_folder(imported).iterdir()] == ["problems.csv"]


def test_the_same_file_again_publishes_nothing(tmp_path):
    bring(tmp_path, A)

    again = bring(tmp_path, A)

    assert (again.state, again.events_done, again.events_published) == ("done", 4, 0)
    assert Event.objects.count() == 4


def test_a_correction_and_the_way_back_publish_what_changed(tmp_path):
    bring(tmp_path, A)

    assert bring(tmp_path, B).events_published == 1
    assert figures() == [("1", 3000), ("2", 500)]
    assert bring(tmp_path, A).events_published == 1
    assert figures() == [("1", 2000), ("2", 500)]


def test_a_customer_who_is_told_differently_is_told_again(tmp_path):
    bring(tmp_path, A)

    assert bring(tmp_path, A.replace("Ali", "Aly")).events_published == 1
    assert Customer.objects.get(external_id="8").name == "Aly"


def test_a_refund_finds_its_order_in_the_database(tmp_path):
    bring(tmp_path, HEAD + "101,2024-01-05,7,Sara,X,2,10\n102,2024-01-06,8,Ali,X,1,5\n")

    bring(
        tmp_path,
        HEAD + "C101,2024-02-05,7,Sara,X,-1,10\nC102,2024-02-06,7,Sara,X,-1,5\n103,2024-02-01,8,Ali,X,1,1\n"
        "104,2024-02-01,8,Ali,X,1,1\n",
    )

    refunds = Refund.objects.order_by("external_id").values_list(
        "external_id", "order__external_id", "amount_minor"
    )
    assert list(refunds) == [("C101", "101", 1000), ("C102", None, 500)]


def test_a_publication_that_was_killed_goes_on_and_doubles_nothing(tmp_path):
    orders = 2_500  # more than one chunk
    text = HEAD + "".join(f"{number},2024-01-05,7,Sara,X,2,10\n" for number in range(orders))

    def kill_after_one_chunk(step, done, total):
        if step == "publishing" and done:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        import_file(write(tmp_path, text), options=OPTIONS, drain=drain, on_step=kill_after_one_chunk)
    imported = Import.objects.get()
    assert (imported.state, Event.objects.count()) == ("publishing", CHUNK_EVENTS)
    assert is_publishing()

    assert resume_publishing() == 1
    publish_import(import_uuid=imported.uuid, drain=drain)
    drain()
    mark_counted([imported.id])

    imported.refresh_from_db()
    assert (imported.state, imported.events_done, imported.events_published) == (
        "done",
        orders + 1,
        orders + 1,
    )
    assert Event.objects.count() == orders + 1
    assert Order.objects.filter(gross_minor=2000).count() == orders


def test_killed_before_publishing_is_as_before(tmp_path):
    def kill(step, done, total):
        if step == "staging":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        import_file(write(tmp_path, A), options=OPTIONS, drain=drain, on_step=kill)

    assert Import.objects.get().state == "cancelled"
    assert not Event.objects.exists()


def test_what_has_to_be_answered_is_raised_and_nothing_changed(tmp_path):
    with pytest.raises(DatesAmbiguous):
        import_file(
            write(tmp_path, A.replace("2024-01-05", "05/01/2024").replace("2024-01-06", "06/01/2024"))
        )

    assert Import.objects.get().state == "cancelled"
    assert not Event.objects.exists()


def test_what_is_not_ready_cannot_be_published(tmp_path):
    imported = bring(tmp_path, A)
    Import.objects.update(state="cancelled")

    with pytest.raises(ImportIsPast):
        publish_import(import_uuid=imported.uuid)

    assert Event.objects.count() == 4
