"""The demo shop in a real database: in, again, cut off, out, and never beside real data."""

import json
import uuid
from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.db import connection

from wafaa.access.audit.models import Change
from wafaa.access.business.models import Business
from wafaa.access.business.queries import get_business
from wafaa.access.staff.models import Staff
from wafaa.access.staff.rules import Role
from wafaa.act.cases.models import Case
from wafaa.act.messages.actions import send
from wafaa.act.messages.models import Message
from wafaa.act.messages.rules import Person
from wafaa.act.points.checking import check_books
from wafaa.act.points.models import Transfer, Wallet
from wafaa.act.vouchers.models import Code, GiftCard
from wafaa.config.flow import CONSUMERS
from wafaa.decide.asking.models import Ask, Rule
from wafaa.decide.asking.queries import count_asks
from wafaa.decide.loyalty.actions import make_programme
from wafaa.decide.loyalty.models import Programme
from wafaa.decide.rewards.models import Redemption, Reward
from wafaa.decide.rewards.rules import Standing as RedemptionStanding
from wafaa.decide.suggestions.models import Suggestion
from wafaa.decide.tiers.models import Standing
from wafaa.kit import clock
from wafaa.know.consents.models import Consent, ConsentState
from wafaa.know.customers.models import Customer
from wafaa.know.notes.actions import write_note
from wafaa.know.notes.models import Note
from wafaa.know.orders.models import Order, Refund, Store
from wafaa.learn.feedback.models import Comment
from wafaa.learn.segments.actions import add_to_list, create_list, note_sizes
from wafaa.learn.segments.models import Membership, Size
from wafaa.listen.connectors.files.actions import import_file
from wafaa.listen.connectors.files.rules import Options
from wafaa.listen.reviews.models import Review
from wafaa.listen.surveys.actions import make_survey
from wafaa.listen.surveys.models import Response, Survey
from wafaa.run.demo.actions import load_demo, remove_demo, settle_replacement
from wafaa.run.demo.answering import TEMPLATES, list_demo_surveys
from wafaa.run.demo.errors import DemoBusy, RealDataPresent
from wafaa.run.demo.process import Parameters
from wafaa.run.demo.staffing import OWNER_EMAIL, PASSWORD, hire_staff
from wafaa.show.till.actions import do
from wafaa.show.till.rules import Told
from wafaa.show.till.tests.build import make_deed
from wafaa.stream.actions import record_event
from wafaa.stream.drain import drain_until_quiet
from wafaa.stream.models import Event, ParkedEvent
from wafaa.stream.queries import count_waiting, get_epoch
from wafaa.stream.rules import NewEvent

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
FEW = Parameters(customers=80)

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _home(settings, tmp_path):
    settings.HOME = tmp_path


@pytest.fixture(autouse=True)
def _quick_hashes(monkeypatch):
    """Six people are hired by each load; what their passwords cost is asked elsewhere."""
    for name, cost in (("time_cost", 1), ("memory_cost", 64), ("parallelism", 1)):
        monkeypatch.setattr(Argon2PasswordHasher, name, cost)


def load_few(**arguments):
    with clock.fixed_at(NOW):
        return load_demo(parameters=FEW, **arguments)


def what_stands():
    """Everything by which two demo shops could differ, apart from ids that the database numbers."""
    orders = Order.objects.order_by("external_id").values_list(
        "external_id",
        "ordered_at",
        "gross_minor",
        "cost_minor",
        "customer__external_id",
        "store__code",
        "counted",
    )
    refunds = Refund.objects.order_by("external_id").values_list(
        "external_id", "amount_minor", "order__external_id"
    )
    people = Customer.objects.order_by("external_id").values_list(
        "external_id", "name", "email", "phone", "birth_date"
    )
    stores = Store.objects.order_by("code").values_list("code", "name")
    staff = Staff.objects.order_by("email").values_list("email", "role", "is_active", "stores__code")
    return [list(rows) for rows in (orders, refunds, people, stores, staff)]


def test_loading_fills_an_empty_installation(settings):
    shop = load_few()

    assert not shop.was_there
    assert Order.objects.count() == shop.orders
    assert Customer.objects.filter(external_id__startswith="C").count() == shop.customers == 80
    assert not ParkedEvent.objects.exists()
    truth = json.loads((settings.HOME / "demo" / "truth.json").read_text())
    assert Order.objects.filter(customer__isnull=False, counted=True).count() == truth["orders"]
    assert Order.objects.filter(customer__isnull=True, counted=False).count() == truth["walk_ins"]
    business = get_business()
    assert (business.shows_demo, business.currency, business.time_zone) == (True, "SAR", "Asia/Riyadh")
    assert max(Order.objects.values_list("ordered_at", flat=True)) < NOW
    check_money(settings.HOME / "demo" / "orders.csv")
    check_staff()
    check_consents()
    check_that_it_stays()


def check_money(file):
    """That of the orders is that of the truth."""
    rows = file.read_text().splitlines()
    header = rows[0].split(",")
    told = {row[0]: int(row[header.index("gross_minor")]) for row in (line.split(",") for line in rows[1:])}
    stored = dict(Order.objects.filter(customer__isnull=False).values_list("external_id", "gross_minor"))
    assert stored == told


def check_staff():
    """Everyone may sign in with the printed password."""
    owner = Staff.objects.get(email=OWNER_EMAIL)
    assert owner.role == Role.OWNER
    assert {staff.role for staff in Staff.objects.all()} == {role.value for role in Role}
    assert all(staff.is_active and staff.check_password(PASSWORD) for staff in Staff.objects.all())
    branch_manager = Staff.objects.get(role=Role.BRANCH_MANAGER)
    assert [store.name for store in branch_manager.stores.all()] == ["الملقا · Al Malqa"]


def check_consents():
    """Most may be written to."""
    standing = ConsentState.objects.filter(purpose="marketing", given_at__isnull=False)
    assert 0.4 * FEW.customers < standing.filter(channel="email").count() < 0.9 * FEW.customers
    assert set(standing.values_list("channel", flat=True)) == {"email", "sms", "whatsapp"}


def check_that_it_stays():
    """Loading again changes nothing, even on another day; and a demo that still stands is not settled."""
    before, epoch, events = what_stands(), get_epoch(), Event.objects.count()

    with clock.fixed_at(NOW + timedelta(days=3)):
        again = load_demo(parameters=FEW)
    settle_replacement()

    assert again.was_there
    assert get_business().name != ""
    assert what_stands() == before
    assert (get_epoch(), Event.objects.count()) == (epoch, events)
    assert Staff.objects.filter(is_active=True).count() == 6


def test_customers_answer_and_what_they_said_goes_with_the_demo():
    load_few()
    surveys = list_demo_surveys()
    told = Event.objects.filter(name="Survey Answered").count()
    assert {survey.template_key for survey in surveys} == set(TEMPLATES)
    assert (
        Response.objects.filter(state__in=("complete", "partial")).count() == Response.objects.count() == told
    )
    assert told > 5
    assert Review.objects.exists()
    rule = Rule.objects.get()
    counts = count_asks([rule])[rule.pk]
    assert not rule.is_on  # nobody in the demo gets a mail
    assert counts["asked"] >= counts["opened"] >= counts["answered"] > 0
    own = make_survey(name="Ours", content=surveys[0].current_version.content, by=None)

    remove_demo()

    assert list(Survey.objects.all()) == [own]
    for rows in (Response, Review, Comment, Case, Suggestion, Rule, Ask):
        assert not rows.objects.exists(), rows
    assert not Event.objects.exists()


def test_the_club_is_alive_and_goes_with_the_demo_with_what_was_tried_at_the_till():
    load_few()
    club = Programme.objects.get()
    assert (club.state, sorted(club.name)) == ("live", ["ar", "en"])
    rewards = Reward.objects.filter(state="live")
    assert all(sorted(one.name) == ["ar", "en"] for one in rewards)
    assert {"payment", "amount", "experience", "product", "shipping"} == {one.kind for one in rewards}
    for unit in ("points", "stamps"):
        assert Wallet.objects.filter(unit__code=unit).exclude(active=0, pending=0).exists(), unit
    assert {one.tier for one in Standing.objects.all()} >= {"bronze", "silver"}
    assert Redemption.objects.filter(state=RedemptionStanding.CONFIRMED).exists()
    assert (Code.objects.count(), GiftCard.objects.count()) == (200, 5)
    assert check_books() == []
    assert not Event.objects.filter(source__in=("loyalty", "points")).exists()  # nobody is told

    try_the_till()
    own = make_programme(name={"en": "Ours"}, by=Staff.objects.get(role=Role.OWNER))
    with clock.fixed_at(NOW):
        assert load_demo(parameters=FEW).was_there

    remove_demo()

    assert list(Programme.objects.all()) == [own]
    for rows in (Wallet, Transfer, Reward, Redemption, Code, GiftCard, Standing, Order, Customer, Event):
        assert not rows.objects.exists(), rows
    load_few()
    assert Order.objects.exists()


def try_the_till():
    """A member buys, and somebody new joins."""
    cashier, store = Staff.objects.get(role=Role.CASHIER), Store.objects.get(code="diriyah")
    somebody = Customer.objects.exclude(phone="").first()
    with clock.fixed_at(NOW):
        told = [
            make_deed("earn", store=store.code, customer=somebody.uuid, amount="100"),
            make_deed("enrol", store=store.code, phone="0507654321", name="Mona"),
        ]
        for one in told:
            do(told=msgspec.convert({**one, "sent_at": one["at"]}, Told), staff=cashier)
        drain_until_quiet(CONSUMERS)
    assert Order.objects.filter(source="till").exists()


@pytest.fixture(scope="module")
def whole():
    """What a load that nobody cut off brought, once it is known."""
    return []


@pytest.mark.parametrize(
    "step", ["Recording the events", "Reading the events", "Hiring the staff", "Writing the facts"]
)
def test_a_load_that_was_cut_off_anywhere_ends_in_the_same_shop(step, whole):
    class CutOffError(Exception):
        pass

    def cut(what, _done, _total):
        if what == step:
            raise CutOffError

    with pytest.raises(CutOffError):
        load_few(on_progress=cut)
    assert get_business().shows_demo

    load_few()
    resumed = what_stands()
    if not whole:
        remove_demo()
        load_few()
        whole.append(what_stands())
    assert whole == [resumed]


def test_removing_leaves_an_empty_installation_into_which_it_can_be_loaded_again():
    load_few()
    before, epoch = what_stands(), get_epoch()

    assert remove_demo()

    assert not Order.objects.exists()
    assert not Refund.objects.exists()
    assert not Customer.objects.exists()
    assert not Event.objects.exists()
    assert get_epoch() != epoch
    business = get_business()
    assert (business.shows_demo, business.name) == (False, "")
    # the only owner stays, so that somebody can sign in
    assert [staff.email for staff in Staff.objects.filter(is_active=True)] == [OWNER_EMAIL]
    assert not remove_demo()

    load_few()
    assert what_stands() == before


def try_out(person):
    """A list, a message, a note, an event of our own, and the day's sizes."""
    with clock.fixed_at(NOW):
        friends = create_list(name="Friends", by=None)
        add_to_list(segment=friends, customer_ids=[person.pk])
        send(
            reason="campaign:1",
            step="1",
            template=uuid.uuid4(),
            people=[Person(customer_id=person.pk)],
            purpose="service",
        )
        write_note(customer=person, text="Likes dark roasts", staff=Staff.objects.first())
        record_event(
            event=NewEvent(
                message_id="sent:1",
                type="track",
                name="Message Sent",
                distinct_id=person.external_id,
                occurred_at=NOW,
                properties={},
                source="messages",
            )
        )
        note_sizes()


def list_left():
    left = (Message, Note, Consent, ConsentState, Membership, Size)
    return [kind.__name__ for kind in left if kind.objects.exists()]


def test_what_was_tried_out_with_the_demo_goes_with_it():
    load_few()
    try_out(Customer.objects.exclude(email="").first())

    assert remove_demo()

    assert list_left() == []
    assert not Customer.objects.exists()
    assert not Event.objects.exists()
    load_few()
    assert Message.objects.count() == Note.objects.count() == 0


def test_an_import_that_replaces_the_demo_leaves_nothing_of_it_not_even_to_who_has_the_same_number(tmp_path):
    load_few()
    person = Customer.objects.filter(
        distinct_ids__distinct_id__in=ConsentState.objects.filter(given_at__isnull=False).values(
            "distinct_id"
        )
    )[0]
    try_out(person)
    path = tmp_path / "orders.csv"
    path.write_text(
        "order id,date,customer id,customer name,sku,quantity,unit price\n"
        f"1,2026-01-15,{person.external_id},Sara,X,2,10\n"
    )

    import_file(
        path,
        options=Options(currency="SAR", time_zone="UTC", replaces_demo=True),
        drain=lambda: drain_until_quiet(CONSUMERS),
    )
    while count_waiting(CONSUMERS):
        drain_until_quiet(CONSUMERS)

    assert list_left() == []
    assert [one.name for one in Customer.objects.all()] == ["Sara"]
    assert [one.external_id for one in Order.objects.all()] == ["1"]
    assert not get_business().shows_demo


def test_removing_dismisses_the_demo_owner_where_there_is_another():
    load_few()
    Staff.objects.create(email="sara@shop.example", role=Role.OWNER)
    remove_demo()
    assert [staff.email for staff in Staff.objects.filter(is_active=True)] == ["sara@shop.example"]


def test_settings_that_were_changed_since_survive_the_removal():
    load_few()
    business = get_business()
    business.name = "قهوة سارة"
    business.save()
    remove_demo()
    assert get_business().name == "قهوة سارة"
    assert [change.deed for change in Change.objects.filter(deed__endswith="_demo").order_by("id")] == [
        "load_demo",
        "remove_demo",
    ]


def test_after_a_real_import_took_its_place_the_demo_staff_can_still_be_dismissed():
    load_few()
    Staff.objects.create(email="sara@shop.example", role=Role.OWNER)
    remove_demo()
    hire_staff()
    assert remove_demo()
    assert [staff.email for staff in Staff.objects.filter(is_active=True)] == ["sara@shop.example"]
    assert not remove_demo()


def test_it_refuses_where_there_is_real_data(settings):
    record_event(
        event=NewEvent(
            message_id="m-1",
            type="track",
            name="Order Completed",
            distinct_id="7",
            occurred_at=NOW,
            source="api",
        )
    )
    with pytest.raises(RealDataPresent):
        load_few()
    assert Event.objects.count() == 1
    assert not Order.objects.exists()
    assert not Staff.objects.exists()
    assert not get_business().shows_demo
    assert not (settings.HOME / "demo").exists()


def test_two_at_once_do_not_meet():
    import psycopg

    given = connection.get_connection_params()
    allowed = {"dbname", "user", "password", "host", "port"}
    with psycopg.connect(
        **{key: value for key, value in given.items() if key in allowed}, autocommit=True
    ) as other:
        other.execute("SELECT pg_advisory_lock(hashtext('wafaa.run.demo'))")
        with pytest.raises(DemoBusy):
            load_few()
        with pytest.raises(DemoBusy):
            remove_demo()
    assert not Event.objects.exists()


def test_after_a_real_import_replaced_it_its_name_and_its_staff_go():
    load_few()
    Business.objects.update(shows_demo=False)  # as an import's commit record does

    settle_replacement()

    assert get_business().name == ""
    assert [staff.email for staff in Staff.objects.filter(is_active=True)] == [OWNER_EMAIL]
