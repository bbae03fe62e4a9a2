"""Facts are kept in step with the database, cheaply and without ever being half."""

import uuid
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from threading import Thread

import psycopg
import pytest
from django.db import connection

from wafaa.access.business.models import Business
from wafaa.config.facts import FACT_TABLES
from wafaa.kit.fields import CurrentTransactionId
from wafaa.know.customers.models import Customer
from wafaa.know.orders.models import Order, OrderLine, Product, Store
from wafaa.learn.facts import store
from wafaa.learn.facts.actions import choose_part_rows, join_runs, rebuild_facts, sync_facts, write_facts
from wafaa.learn.facts.copying import copy_rows
from wafaa.learn.facts.errors import FactsMissing
from wafaa.learn.facts.parquet import decode_csv
from wafaa.learn.facts.queries import close_facts, get_manifest, open_facts
from wafaa.stream.actions import start_epoch

pytestmark = pytest.mark.django_db(transaction=True)

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def business(settings):
    found, _ = Business.objects.update_or_create(
        id=1, defaults={"time_zone": "Asia/Riyadh", "currency": "SAR"}
    )
    yield found
    close_facts(settings.FACTS_ROOT)


def add_orders(count, *, at=NOON, amount=1000):
    """Counted orders of one customer, one line each."""
    customer, _ = Customer.objects.get_or_create(external_id="1", defaults={"created_at": NOON})
    product, _ = Product.objects.get_or_create(sku="P", defaults={"category": "أكواب"})
    branch, _ = Store.objects.get_or_create(code="R")
    orders = Order.objects.bulk_create(
        Order(
            source="test",
            external_id=str(uuid.uuid4()),
            customer=customer,
            ordered_at=at,
            store=branch,
            channel='say "web", please',
            currency="SAR",
            counted=True,
            counted_lines=1,
            gross_minor=amount,
        )
        for _ in range(count)
    )
    OrderLine.objects.bulk_create(
        OrderLine(
            order=order,
            ordinal=1,
            product=product,
            quantity="1.5",
            unit_price="2",
            amount_minor=amount,
            counted=True,
        )
        for order in orders
    )
    return orders


def read_rows(name):
    facts = open_facts()
    with facts.lock:
        return facts.backend.to_pyarrow(facts.tables[name]).to_pylist()


def list_files(settings):
    return sorted(
        str(path.relative_to(settings.FACTS_ROOT)) for path in settings.FACTS_ROOT.rglob("*.parquet*")
    )


def test_before_the_first_sync_there_is_nothing_to_ask():
    with pytest.raises(FactsMissing):
        get_manifest()


def test_an_empty_shop_has_empty_tables():
    result = sync_facts(FACT_TABLES)
    assert (result.parts_written, result.changed) == (0, True)
    for table in FACT_TABLES:
        assert read_rows(table.name) == []


def test_facts_hold_the_rows_of_the_database_with_their_types():
    # 22:30 in UTC is the next day in Riyadh
    (order,) = add_orders(1, at=datetime(2026, 1, 1, 22, 30, tzinfo=UTC))
    sync_facts(FACT_TABLES)
    (row,) = read_rows("orders")
    assert row["order_id"] == order.id
    assert row["at"] == datetime(2026, 1, 1, 22, 30)  # noqa: DTZ001 - facts are in UTC without saying so
    assert str(row["day"]) == "2026-01-02"
    assert (row["channel"], row["country"], row["counted"], row["cost_minor"]) == (
        'say "web", please',
        "",
        True,
        None,
    )
    (line,) = read_rows("order_lines")
    assert (str(line["quantity"]), line["amount_minor"]) == ("1.500000", 1000)
    assert read_rows("products")[0]["category"] == "أكواب"


def test_a_sync_without_changes_writes_nothing_and_keeps_the_version():
    add_orders(3)
    first = sync_facts(FACT_TABLES)
    second = sync_facts(FACT_TABLES)
    assert (second.changed, second.rebuilt, second.parts_written) == (False, False, 0)
    assert second.version == first.version


def test_only_the_parts_of_changed_rows_are_rewritten(settings):
    orders = add_orders(300)
    sync_facts(FACT_TABLES)
    before = {part.index: part.file for part in get_manifest().tables["orders"].parts}
    Order.objects.filter(id=orders[150].id).update(gross_minor=7, changed_in=_current_transaction())
    result = sync_facts(FACT_TABLES)
    after = {part.index: part.file for part in get_manifest().tables["orders"].parts}
    size = get_manifest().tables["orders"].part_rows
    assert {index for index in after if after[index] != before[index]} == {orders[150].id // size}
    assert result.changed
    assert not result.rebuilt
    assert sum(row["gross_minor"] for row in read_rows("orders")) == 299 * 1000 + 7


def test_new_rows_come_in_and_a_rebuild_finds_the_same_version():
    add_orders(100)
    sync_facts(FACT_TABLES)
    add_orders(50)
    second = sync_facts(FACT_TABLES)
    assert len(read_rows("orders")) == len(read_rows("order_lines")) == 150
    rebuilt = rebuild_facts(FACT_TABLES)
    assert (rebuilt.version, rebuilt.changed, rebuilt.rebuilt) == (second.version, False, True)


def test_a_transaction_still_in_flight_is_caught_by_the_next_sync():
    add_orders(1)
    writer = connection.copy()
    try:
        writer.connect()
        writer.set_autocommit(False)
        with writer.cursor() as cursor:
            # locks nothing but takes a transaction id that is older than what commits before it
            cursor.execute("INSERT INTO know_orders_store (code, name, source) VALUES ('late', '', 'test')")
            sync_facts(FACT_TABLES)
            assert {row["code"] for row in read_rows("stores")} == {"R"}
            add_orders(1)  # a later transaction commits first
            sync_facts(FACT_TABLES)
        writer.commit()
    finally:
        writer.close()
    sync_facts(FACT_TABLES)
    assert {row["code"] for row in read_rows("stores")} == {"R", "late"}


@pytest.mark.parametrize("what", ["epoch", "time zone", "currency", "columns", "a lost part"])
def test_facts_of_another_world_are_written_anew(what, settings, business):
    add_orders(5)
    sync_facts(FACT_TABLES)
    tables = list(FACT_TABLES)
    if what == "epoch":
        start_epoch()
    elif what == "time zone":
        Business.objects.update(time_zone="Africa/Cairo")
    elif what == "currency":
        Business.objects.update(currency="EGP")
    elif what == "columns":
        at = next(index for index, table in enumerate(tables) if table.name == "stores")
        tables[at] = replace(
            tables[at],
            columns={"store_id": "int32", "code": "string"},
            rows_sql=tables[at].rows_sql.replace(", name", ""),
        )
    else:
        (settings.FACTS_ROOT / get_manifest().tables["orders"].parts[0].file).unlink()
    sync_facts(tables)
    assert len(read_rows("orders")) == 5
    expected = {"store_id", "code"} if what == "columns" else {"store_id", "code", "name"}
    assert set(read_rows("stores")[0]) == expected


def test_leftovers_of_a_crash_are_swept_and_readers_keep_their_parts(settings):
    add_orders(1)
    sync_facts(FACT_TABLES)
    old = get_manifest().tables["orders"].parts[0].file
    leftover = settings.FACTS_ROOT / "orders" / "000000-feedfeedfeed.parquet"
    leftover.write_bytes(b"half")
    draft = settings.FACTS_ROOT / "orders" / "000000-feedfeedfeed.parquet.77"
    draft.write_bytes(b"half")
    # the part of the first order is written anew; a second order might open a part of its own
    Order.objects.update(channel="another", changed_in=CurrentTransactionId())
    sync_facts(FACT_TABLES)
    files = list_files(settings)
    assert old in files  # a reader may still be at work on it
    assert not leftover.exists()
    assert not draft.exists()

    manifest = get_manifest()
    store.write_manifest(
        settings.FACTS_ROOT,
        replace(manifest, synced_at=manifest.synced_at + store.RETIRED_KEPT + timedelta(seconds=1)),
    )
    store.sweep(settings.FACTS_ROOT)
    assert old not in list_files(settings)


def test_a_manifest_that_cannot_be_read_means_a_rebuild(settings):
    add_orders(1)
    sync_facts(FACT_TABLES)
    (settings.FACTS_ROOT / "manifest.json").write_bytes(b"{")
    assert sync_facts(FACT_TABLES).rebuilt
    assert len(read_rows("orders")) == 1


def test_two_syncs_at_once_take_turns():
    add_orders(50)
    failures = []

    def sync():
        try:
            sync_facts(FACT_TABLES)
        except Exception as error:
            failures.append(error)
        finally:
            connection.close()

    threads = [Thread(target=sync) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert len(read_rows("orders")) == 50


def test_parts_are_few_and_grow_with_the_table():
    table = FACT_TABLES[0]
    assert [choose_part_rows(highest, table) for highest in (0, 10_000, 25_900, 10**7, 10**9)] == [
        64,
        128,
        256,
        65_536,
        65_536,
    ]
    grows_at_its_end = replace(table, part_rows_min=32_768)
    assert [choose_part_rows(highest, grows_at_its_end) for highest in (0, 10**6, 10**7)] == [
        32_768,
        32_768,
        65_536,
    ]


def test_neighbours_are_fetched_together():
    assert list(join_runs([7, 1, 2, 3, 9, 4], 3)) == [(1, 3), (4, 4), (7, 7), (9, 9)]
    assert list(join_runs([], 3)) == []


def test_an_empty_text_is_no_missing_number():
    table = decode_csv(b'1,,"",t\n2,5,x,f\n', {"a": "int64", "b": "int32", "c": "string", "d": "bool"})
    assert table.to_pylist() == [
        {"a": 1, "b": None, "c": "", "d": True},
        {"a": 2, "b": 5, "c": "x", "d": False},
    ]


def test_a_query_that_fails_is_an_error_and_leaves_the_connection_usable():
    with pytest.raises(psycopg.DatabaseError, match="nowhere"):
        copy_rows("SELECT * FROM nowhere WHERE a = %(low)s", {"low": 1})
    assert copy_rows("SELECT %(low)s::text AS a, NULL, 'x,\"y'", {"low": "ق"}) == 'ق,,"x,""y"\n'.encode()


def test_facts_from_tables_need_no_database(tmp_path, django_assert_num_queries):
    import pyarrow as pa

    with django_assert_num_queries(0):
        manifest = write_facts(tmp_path, {"stores": pa.table({"store_id": [1], "code": ["R"], "name": [""]})})
        assert open_facts(tmp_path).manifest == manifest
    close_facts(tmp_path)


def _current_transaction():
    from wafaa.kit.fields import CurrentTransactionId

    return CurrentTransactionId()


def test_answers_are_counted_before_the_facts_turn_for_everybody_else():
    add_orders(1)
    sync_facts(FACT_TABLES)
    before, seen = get_manifest().version, []

    def look_from_both_sides():
        with ThreadPoolExecutor(1) as others:
            seen.append((get_manifest().version, others.submit(get_manifest).result().version))
        seen.append(len(read_rows("orders")))

    add_orders(1)
    after = sync_facts(FACT_TABLES, count_ahead=look_from_both_sides).version
    assert seen == [(after, before), 2]
    assert get_manifest().version == after != before


def test_a_count_that_fails_leaves_the_facts_as_they_were():
    add_orders(1)
    before = sync_facts(FACT_TABLES).version
    add_orders(1)
    with pytest.raises(ZeroDivisionError):
        sync_facts(FACT_TABLES, count_ahead=lambda: 1 // 0)
    assert get_manifest().version == before
    assert sync_facts(FACT_TABLES).version == get_manifest().version != before
