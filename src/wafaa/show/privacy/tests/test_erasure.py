"""A person with data everywhere, and nothing of them afterwards: in no row, no file, no figure."""

import base64
import json
import zipfile
from datetime import timedelta
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from tests.build import NOON, make_customer, make_event, make_order, order_event, refund_event, tell

from wafaa.access.audit.models import Change
from wafaa.access.business.queries import get_business
from wafaa.access.keys.actions import create_key
from wafaa.access.keys.rules import Scope
from wafaa.config.flow import CONSUMERS
from wafaa.kit import clock
from wafaa.know.consents.actions import set_consent
from wafaa.know.customers.actions import change_profile, merge_customers, save_view, set_tags, start_bulk_edit
from wafaa.know.customers.models import Customer, DistinctId
from wafaa.know.customers.rules import Deed
from wafaa.know.notes.actions import add_task, attach_file, delete_kept, write_note
from wafaa.know.orders.models import CustomerTotals, Order, OrderLine, Refund, RefundLine
from wafaa.learn.facts.queries import find_manifest
from wafaa.learn.measures.queries import get_default_question, get_summary
from wafaa.learn.segments.actions import create_segment
from wafaa.listen.connectors.files.actions import import_file, receive_file
from wafaa.listen.connectors.files.rules import Options
from wafaa.run.functions import rebuild_facts, register_functions, sync_facts
from wafaa.show.console.customers.merging import MOVERS
from wafaa.show.privacy.actions import resume_erasures, run_erasure, start_erasure
from wafaa.show.privacy.errors import ErasureRuns
from wafaa.show.privacy.exporting import write_export
from wafaa.show.privacy.models import Erasure
from wafaa.stream.actions import record_event, record_events
from wafaa.stream.drain import drain_until_quiet
from wafaa.stream.models import ErasureSalt, Event, ParkedEvent, RefusedMessage

# No other text of the house holds these.
WORDS = (
    "zubaida", "زبيدةفريدة", "qasrwahid", "zub-4711x", "zub-old-99", "966512345670", "512345670", "zubtown", "zubgift", "zubfile",
    "zubnote", "zubtask", "zubvisitor", "zubrefused", "zubsku", "zubparked", "zubproof", "zubtag",
)  # fmt: skip
SARA = "zub-4711x"
FORMER = "zub-old-99"


@pytest.fixture(autouse=True)
def functions(db):
    register_functions()


@pytest.fixture
def key():
    return create_key(name="Shop", scope=Scope.INGEST, by=None)


def send(key, path, body):
    basic = base64.b64encode(f"{key.text}:".encode()).decode()
    sent = json.dumps(body) if not isinstance(body, str) else body
    return Client().post(
        f"/v1/{path}", sent, content_type="application/json", HTTP_AUTHORIZATION=f"Basic {basic}"
    )


def make_shop():
    """Everybody else."""
    make_customer("C1", name="Noura", email="noura@example.com", city="Riyadh")
    make_customer("C2", name="James", phone="+966500000001", city="Jeddah")
    for place, number in enumerate(("C1", "C1", "C2"), start=1):
        make_order(f"N{place}", customer=number, at=NOON + timedelta(days=place), store="R1", channel="web")
    tell(refund_event("NR1", order="N1", customer="C1"))


def make_person(key, owner, tmp_path: Path) -> Customer:
    """By every way on which something about a person comes in."""
    drain = lambda: drain_until_quiet(CONSUMERS)  # noqa: E731
    orders = tmp_path / "orders.csv"
    orders.write_text(
        "Order,Date,Customer,Name,Email,Phone,City,SKU,Product,Quantity,Price\n"
        f"Z-1001,2026-02-01 10:00,{SARA},Zubaida Qasrwahid,zubaida@qasrwahid.example,0512345670,Zubtown,ZUBSKU,Zubgift,1,50\n"
        f"Z-1002,zubtown-is-no-date,{SARA},Zubaida,,,Zubtown,ZUBSKU,Zubgift,1,50\n"
    )
    columns = {"order_id": "Order", "ordered_at": "Date", "customer_id": "Customer"}
    import_file(orders, options=Options(kind="orders", currency="SAR"), columns=columns, drain=drain)
    drain()
    receive_file(
        chunks=[b"Order,Date,Customer,Price\n9,2026-01-01,zub-4711x,3\n"], name="waiting.csv", starts=False
    )
    send(
        key,
        "identify",
        {
            "userId": SARA,
            "anonymousId": "zubvisitor-123",
            "messageId": "zub-message-1",
            "traits": {
                "name": "Zubaida Qasrwahid",
                "email": "Zubaida@Qasrwahid.example",
                "birthday": "1990-01-02",
                "consents": {"email": True},
            },
        },
    )
    send(
        key,
        "track",
        {
            "userId": SARA,
            "messageId": "zub-message-2",
            "event": "Product Viewed",
            "properties": {"name": "zubgift"},
        },
    )
    send(
        key,
        "track",
        {"anonymousId": "zubvisitor-123", "event": "Cart Viewed", "properties": {"word": "zubvisitor"}},
    )
    send(
        key,
        "identify",
        {"messageId": "x", "traits": {"email": "zubaida@qasrwahid.example", "about": "zubrefused"}},
    )
    send(key, "batch", '{"batch": [zubaida@qasrwahid.example zubrefused')
    tell(
        make_event(
            "Consent Given", distinct_id=SARA, properties={"channel": "sms", "proof": {"form": "zubproof"}}
        )
    )
    tell(make_event("Consent Given", distinct_id=SARA, properties={"channel": "fax zubparked"}))
    tell(
        order_event(
            "Z-1003", customer=SARA, lines=[("ZUBSKU", 2, "25.00"), ("SKU-1", 1, "10.00")], store="R1"
        )
    )
    tell(refund_event("Z-R1", order="Z-1003", customer=SARA))
    tell(
        make_event(
            "Order Shipped",
            distinct_id="order:test:Z-1003",
            properties={"order_id": "Z-1003", "to": "zubtown"},
        )
    )
    tell(
        make_event(
            "Cart Shared", distinct_id="C2", properties={"with": "zubaida@qasrwahid.example", "cart": "c9"}
        )
    )
    former = make_customer(FORMER, name="زبيدةفريدة", phone="+966512345670", attributes={"gift": "zubgift"})
    sara = Customer.objects.get(distinct_ids__distinct_id=SARA)
    if former.pk != sara.pk and Customer.objects.get(pk=former.pk).merged_into_id is None:
        merge_customers(kept=sara, gone=former, choices={}, movers=MOVERS, by=owner)
    sara.refresh_from_db()
    change_profile(customer=sara, changes={"city": "Zubtown"}, own_values={"gift": "zubgift"}, by=owner)
    set_tags(customer=sara, names=["zubtag Zubaida Qasrwahid", "VIP"], by=owner)
    write_note(customer=sara, text="zubnote about Zubaida", staff=owner)
    delete_kept(one=write_note(customer=sara, text="another zubnote", staff=owner), staff=owner)
    add_task(customer=sara, what="zubtask", due_on=get_today(), assignee=owner, staff=owner)
    attach_file(customer=sara, chunks=[b"zubfile is a text\n"], name="zubfile.txt", staff=owner)
    set_consent(
        customer=sara, channel="phone", purpose="marketing", is_given=False, reason="zubproof", by=owner
    )
    save_view(
        name="Zubaida Qasrwahid", asked={"q": ["zubaida qasrwahid"], "city": ["x"]}, is_shared=True, by=owner
    )
    start_bulk_edit(
        deed=Deed.ADD_TAG, what={"tag": 1, "label": "x"}, chosen={"ids": [str(sara.uuid)]}, total=1, by=owner
    )
    asked = {"profile": {"field": "email", "one_of": ["zubaida@qasrwahid.example", "ali@shop.example"]}}
    create_segment(name="For Zubaida Qasrwahid", description="Not 0512345670", definition=asked, by=owner)
    writing = create_key(name="Desk", scope=Scope.WRITE, by=None)
    Client().patch(
        f"/v1/customers/{sara.uuid}",
        json.dumps({"name": "Zubaida Qasrwahid"}),
        content_type="application/json",
        headers={"Authorization": f"Bearer {writing.text}", "Idempotency-Key": "k1"},
    )
    drain()
    return sara


def get_today():
    return clock.today(get_business().zone)


def find_rows(words) -> list[str]:
    """Every live row of every table whose text, in whichever column and kind, holds one of the words."""
    found = []
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT quote_ident(relname) FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace ORDER BY 1"
        )
        for (table,) in cursor.fetchall():
            forms = {word.lower() for word in words}
            forms |= {json.dumps(word)[1:-1].lower() for word in words}
            forms |= {word.encode().hex() for word in words}
            cursor.execute(
                f"SELECT row.one FROM (SELECT lower(t::text) AS one FROM {table} AS t) AS row "
                "WHERE row.one LIKE ANY (%s) LIMIT 200",
                [[f"%{form}%".replace("\\", "\\\\") for form in forms]],
            )
            found += [f"{table}: {row}" for (row,) in cursor.fetchall()]
    return found


def find_files(words, *roots: Path) -> list[str]:
    found = []
    for root in roots:
        for path in sorted(root.rglob("*")):
            if not path.is_file():
                continue
            told = path.read_bytes().lower()
            if path.suffix == ".parquet":
                told += repr(pq.read_table(path).to_pylist()).lower().encode()
            found += [
                f"{path}: {word}"
                for word in words
                if word.lower().encode() in told + str(path).lower().encode()
            ]
    return found


def count_figures():
    """All that is counted of everybody, without when and from which facts."""
    sync_facts()
    summary = get_summary(get_default_question(get_business()))
    return {
        name: (figure.value, figure.n, figure.low, figure.high)
        for name, figure in summary.total.figures.items()
    }


def list_others():
    """The rows of everybody else, in every column."""
    tables = (Customer, DistinctId, Order, OrderLine, Refund, RefundLine, CustomerTotals, Event)
    return {table.__name__: list(table.objects.order_by("pk").values_list()) for table in tables}


def test_the_test_finds_what_is_there(key, owner, tmp_path):
    make_shop()
    make_person(key, owner, tmp_path)
    sync_facts()
    told = " ".join(find_rows(WORDS)) + " ".join(find_files(WORDS, settings.FILES_ROOT, settings.FACTS_ROOT))
    assert [word for word in WORDS if word.lower() not in told.lower()] == []
    assert ParkedEvent.objects.filter(distinct_id=SARA).exists()
    assert RefusedMessage.objects.count() == 2


def test_after_an_erasure_there_is_no_trace(key, owner, tmp_path):
    make_shop()
    sara = make_person(key, owner, tmp_path)
    sync_facts()
    erasure = start_erasure(customer=sara, by=owner, reason="asked", starts=False)
    ids = [sara.pk, str(sara.uuid)]

    done = run_erasure(erasure_uuid=erasure.uuid)

    assert done.state == "done"
    assert find_rows([*WORDS, ids[1]]) == []
    assert find_files([*WORDS, ids[1]], settings.FILES_ROOT, settings.FACTS_ROOT) == []
    assert done.person is None
    assert done.counts["customers"] == 2
    assert done.counts["orders"] == 2
    assert done.counts["mentions"] == 1
    assert done.counts["refused_messages"] == 2


def test_the_others_and_their_figures_are_what_they_were(key, owner, tmp_path):
    make_shop()
    figures, others = count_figures(), list_others()
    sara = make_person(key, owner, tmp_path)
    assert count_figures() != figures
    Event.objects.filter(name="Cart Shared").delete()
    erasure = start_erasure(customer=sara, by=owner, reason="asked", starts=False)

    run_erasure(erasure_uuid=erasure.uuid)

    assert list_others() == others
    assert count_figures() == figures
    synced = find_manifest().version
    rebuild_facts()
    assert find_manifest().version == synced


def test_cut_off_anywhere_it_ends_the_same(key, owner, tmp_path):
    make_shop()
    sara = make_person(key, owner, tmp_path)
    sync_facts()
    erasure = start_erasure(customer=sara, by=owner, reason="asked", starts=False)

    class Killed(Exception):
        pass

    def kill(_erasure):
        raise Killed

    kills = 0
    while Erasure.objects.get().state != "files":
        with pytest.raises(Killed):
            run_erasure(erasure_uuid=erasure.uuid, on_step=kill)
        kills += 1
    done = run_erasure(erasure_uuid=erasure.uuid)
    again = run_erasure(erasure_uuid=erasure.uuid)

    assert kills >= 2
    assert find_rows(WORDS) == []
    assert (done.counts["customers"], done.counts["orders"]) == (2, 2)
    assert again.counts == done.counts


@pytest.mark.parametrize("has_salt", [True, False])
def test_a_message_of_the_person_that_is_sent_again_stays_a_duplicate(key, owner, tmp_path, has_salt):
    if not has_salt:  # a database that was emptied and filled again
        ErasureSalt.objects.all().delete()
    make_shop()
    sara = make_person(key, owner, tmp_path)
    erasure = start_erasure(customer=sara, by=owner, reason="asked", starts=False)
    run_erasure(erasure_uuid=erasure.uuid)
    events = Event.objects.count()

    again = {"userId": SARA, "messageId": "zub-message-2", "event": "Product Viewed"}
    assert send(key, "track", again).status_code == 200
    record_events(events=[make_event("Product Viewed", distinct_id=SARA, message_id="zub-message-2")])
    record_event(event=make_event("Product Viewed", distinct_id=SARA, message_id="zub-message-2"))
    assert Event.objects.count() == events

    send(key, "identify", {"userId": SARA, "messageId": "zub-message-9", "traits": {"name": "Back"}})
    drain_until_quiet(CONSUMERS)
    back = Customer.objects.get(distinct_ids__distinct_id=SARA)
    assert (back.name, back.city, Order.objects.filter(customer=back).count()) == ("Back", "", 0)


def test_a_customer_is_erased_once(key, owner, tmp_path):
    sara = make_customer("C9", name="Zubaida")
    first = start_erasure(customer=sara, by=owner, reason="asked")
    with pytest.raises(ErasureRuns):
        start_erasure(customer=sara, by=owner, reason="asked")
    assert resume_erasures() == 1
    assert run_erasure(erasure_uuid=first.uuid).state == "done"
    assert resume_erasures() == 0
    told = Change.objects.get(deed="erase_customer")
    assert (told.subject, told.staff_id) == (str(first.uuid), owner.pk)


def test_a_copy_holds_everything_in_a_form_for_people_and_one_for_programs(key, owner, tmp_path):
    make_shop()
    sara = make_person(key, owner, tmp_path)
    Customer.objects.filter(pk=sara.pk).update(language="ar")
    sara.refresh_from_db()
    with zipfile.ZipFile(write_export(sara, business="Noura's")) as archive:
        tables = {
            name: json.loads(archive.read(name)) for name in archive.namelist() if name.endswith(".json")
        }
        summary = archive.read("summary.html").decode()
        files = [archive.read(name) for name in archive.namelist() if name.startswith("files/")]
    text = json.dumps(tables, ensure_ascii=False).lower()
    kept = set(WORDS) - {"zubrefused", "zubfile", "zubtag", "512345670"}
    assert [word for word in kept if word not in text] == []
    assert len(tables["orders.json"]) == 2
    assert len(tables["customers.json"]) == 2
    assert files == [b"zubfile is a text\n"]
    assert 'dir="rtl"' in summary
    assert "noura@example.com" not in text
