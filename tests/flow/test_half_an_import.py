"""Figures show an import whole or not at all, whoever asks for the facts meanwhile."""

import pytest
from rich.progress import Progress

from wafaa.know.orders.models import Order
from wafaa.learn.facts.queries import find_manifest
from wafaa.listen.connectors.files.actions import import_file, mark_counted, publish_import
from wafaa.listen.connectors.files.actions.publishing import CHUNK_EVENTS
from wafaa.listen.connectors.files.models import Import
from wafaa.listen.connectors.files.rules import Options
from wafaa.run.commands import drain, wait_until_applied
from wafaa.run.display import Bars
from wafaa.run.errors import ImportUnderway
from wafaa.run.functions import rebuild_facts, register_functions, sync_facts

pytestmark = pytest.mark.django_db(transaction=True)

UNSEEN = Bars(Progress(disable=True))
OPTIONS = Options(currency="SAR", time_zone="UTC")


@pytest.fixture
def order_file(tmp_path):
    """More orders than one chunk of publishing holds."""
    path = tmp_path / "orders.csv"
    head = "order id,date,customer id,quantity,unit price\n"
    path.write_text(head + "".join(f"{n},2024-01-05,7,2,10\n" for n in range(CHUNK_EVENTS + 500)))
    return path


def publish_first_chunk(order_file):
    """Ends after the first of its two transactions, as by a kill; what was recorded is applied."""

    def stop(step, done, total):
        if step == "publishing" and done:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        import_file(order_file, options=OPTIONS, on_step=stop, drain=drain)
    wait_until_applied(UNSEEN)
    return Import.objects.get()


def count_facts():
    manifest = find_manifest()
    return manifest.tables["orders"].rows if manifest else None


@pytest.mark.parametrize("write", [sync_facts, rebuild_facts])
def test_facts_are_not_written_while_half_an_import_stands_in_the_orders(order_file, write):
    register_functions()
    sync_facts()
    imported = publish_first_chunk(order_file)
    assert 0 < Order.objects.count() < CHUNK_EVENTS + 500

    with pytest.raises(ImportUnderway):
        write()
    assert count_facts() == 0

    publish_import(import_uuid=imported.uuid, drain=drain)
    wait_until_applied(UNSEEN)
    assert write()["applied"] == [imported.id]
    assert count_facts() == CHUNK_EVENTS + 500


def test_an_import_that_was_applied_after_the_facts_were_written_is_not_done_yet(order_file):
    register_functions()
    applied = sync_facts()["applied"]
    imported = import_file(order_file, options=OPTIONS, drain=drain)
    wait_until_applied(UNSEEN)

    assert mark_counted(applied) == 0
    imported.refresh_from_db()
    assert imported.state == "applying"

    assert mark_counted(sync_facts()["applied"]) == 1
