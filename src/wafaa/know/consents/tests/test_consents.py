"""A person's yes and no: in any order, once each, over all their ids, at once."""

import itertools
from datetime import timedelta

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st
from tests.build import NOON, make_customer, make_event, tell

from wafaa.config.flow import CONSUMERS
from wafaa.kit import clock
from wafaa.know.consents.actions import set_consent
from wafaa.know.consents.models import Consent, ConsentState
from wafaa.know.consents.queries import count_states, list_standings, may_contact, narrow
from wafaa.know.consents.rules import Moments, is_given
from wafaa.know.customers.actions import merge_customers, undo_merge
from wafaa.know.customers.models import Customer
from wafaa.listen.connectors.files.actions import import_file
from wafaa.listen.connectors.files.queries import list_problems
from wafaa.listen.connectors.files.rules import Options
from wafaa.show.console.customers.merging import MOVERS
from wafaa.stream.drain import drain_until_quiet
from wafaa.stream.models import Event, ParkedEvent

DAY = timedelta(days=1)


def say(is_yes, *, who="1", at=NOON, **told):
    name = "Consent Given" if is_yes else "Consent Withdrawn"
    return make_event(
        name, distinct_id=who, at=at, properties={"channel": "email", "purpose": "marketing", **told}
    )


def allowed(*customers, channel="email", purpose="marketing"):
    return may_contact([one.pk for one in customers], channel, purpose)


def test_a_yes_allows_and_a_later_no_takes_it_back(db):
    sara = make_customer("1")
    assert allowed(sara) == set()
    tell(say(True, at=NOON))
    assert allowed(sara) == {sara.pk}
    tell(say(False, at=NOON + DAY))
    assert allowed(sara) == set()
    tell(say(True, at=NOON + 2 * DAY))
    assert allowed(sara) == {sara.pk}
    assert allowed(sara, channel="sms") == set()
    assert allowed(sara, purpose="surveys") == set()


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
def test_the_order_in_which_words_arrive_says_nothing(order, db):
    sara = make_customer("1")
    words = [say(True, at=NOON), say(False, at=NOON + DAY), say(True, at=NOON - DAY)]
    for place in order:
        tell(words[place])
    assert allowed(sara) == set()
    assert Consent.objects.count() == 3


def test_of_two_words_at_one_moment_the_no_counts(db):
    sara = make_customer("1")
    tell(say(False), say(True))
    assert allowed(sara) == set()


def test_what_is_needed_for_an_order_is_allowed_until_it_is_refused(db):
    sara = make_customer("1")
    assert allowed(sara, purpose="service") == {sara.pk}
    tell(say(False, purpose="service"))
    assert allowed(sara, purpose="service") == set()


def test_a_list_never_speaks_against_a_withdrawal_with_a_date(db):
    sara = make_customer("1", consents={"email": {"marketing": True}, "sms": True})
    assert allowed(sara) == allowed(sara, channel="sms") == {sara.pk}
    tell(say(False, at=NOON - DAY))
    make_customer("1", at=NOON + DAY, consents={"email": {"marketing": True}})
    assert allowed(sara) == set()
    assert allowed(sara, channel="sms") == {sara.pk}


def test_a_list_takes_back_its_own_no_and_a_trait_may_bring_its_moment(db):
    sara = make_customer("1", consents={"email": False, "sms": False})
    make_customer("1", at=NOON + DAY, consents={"email": True})
    assert allowed(sara) == {sara.pk}
    assert allowed(sara, channel="sms") == set()
    dated = {"given": True, "at": (NOON + DAY).isoformat()}
    make_customer("1", at=NOON + 2 * DAY, consents={"sms": {"marketing": dated}})
    assert allowed(sara, channel="sms") == {sara.pk}


def test_the_same_word_twice_is_one(db):
    sara = make_customer("1")
    word = say(True, proof={"page": "https://example.com/"}, source="checkout", text_version="2026-01")
    tell(word)
    tell(word)
    kept = Consent.objects.get()
    assert (kept.place, kept.text_version, kept.proof) == (
        "checkout",
        "2026-01",
        {"page": "https://example.com/"},
    )
    assert allowed(sara) == {sara.pk}


def test_a_word_about_an_unknown_channel_waits_to_be_looked_at(db):
    make_customer("1")
    tell(say(True, channel="fax"))
    assert Consent.objects.count() == 0
    assert ParkedEvent.objects.get().consumer == "know.consents"


def test_staffs_word_holds_at_once_and_counts_once_when_it_comes_back(db, owner):
    sara = make_customer("1")
    tell(say(True))
    set_consent(
        customer=sara, channel="email", purpose="marketing", is_given=False, reason="by phone", by=owner
    )
    assert allowed(sara) == set()
    assert Event.objects.filter(name="Consent Withdrawn").count() == 1
    before = list(Consent.objects.order_by("id").values())
    tell()
    assert list(Consent.objects.order_by("id").values()) == before
    assert before[-1]["staff_id"] == owner.pk


def test_after_a_merge_the_last_word_counts_and_undoing_gives_each_their_own(db):
    kept, gone = make_customer("1"), make_customer("2")
    tell(say(True, who="1", at=NOON), say(False, who="2", at=NOON + DAY))
    states = list(ConsentState.objects.order_by("distinct_id").values())

    merge = merge_customers(kept=kept, gone=gone, choices={}, movers=MOVERS, by=None)
    assert allowed(kept) == set()
    undo_merge(merge=merge, movers=MOVERS, by=None)

    assert allowed(kept, gone) == {kept.pk}
    assert list(ConsentState.objects.order_by("distinct_id").values()) == states


def test_customers_are_counted_and_found_by_what_they_allow(db):
    one, two = make_customer("1"), make_customer("2")
    tell(say(True, who="1"), say(False, who="2"), say(True, who="2", channel="sms"))
    assert [(c.channel, c.purpose, c.given, c.withdrawn) for c in count_states()] == [
        ("email", "marketing", 1, 1),
        ("sms", "marketing", 1, 0),
    ]
    everybody = Customer.objects.all()
    find = {"channel": "email", "purpose": "marketing"}
    assert list(narrow(everybody, **find, is_given=True)) == [one]
    assert list(narrow(everybody, **find, is_given=False)) == [two]
    assert set(narrow(everybody, channel="", purpose="", is_given=True)) == {one, two}
    assert [stand.channel for stand in list_standings([two.pk])[two.pk]] == ["email", "sms"]


moments = st.builds(Moments, *[st.none() | st.integers(0, 4).map(lambda day: NOON + day * DAY)] * 4)


@given(said=st.lists(moments, min_size=1, max_size=20))
def test_the_database_and_the_rules_say_the_same(django_db_blocker, django_db_setup, said):
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        for one in said:
            cursor.execute("SELECT consents_is_given(%s, %s, %s, %s)", list(one))
            assert cursor.fetchone()[0] is is_given(one), one


def test_the_consumer_may_hear_everything_again(db):
    consumer = next(one for one in CONSUMERS if one.name == "know.consents")
    assert consumer.replayable
    with clock.fixed_at(NOON + DAY):
        make_customer("1", consents={"email": True})
    assert Consent.objects.count() == 1


def test_a_list_of_customers_brings_consents(db, tmp_path):
    path = tmp_path / "customers.csv"
    path.write_text(
        "Customer ID,Name,Email,Marketing consent,Accepts SMS marketing\n"
        "L1,Noura,noura@example.com,Yes,\nL2,James,james@example.com,نعم,no\nL3,Ana,ana@example.com,perhaps,\n"
    )
    imported = import_file(
        path, options=Options(kind="customers"), drain=lambda: drain_until_quiet(CONSUMERS)
    )
    drain_until_quiet(CONSUMERS)

    noura, james, ana = (Customer.objects.get(distinct_ids__distinct_id=one) for one in ("L1", "L2", "L3"))
    assert imported.mapping.keys() >= {"marketing_consent", "sms_consent"}
    assert allowed(noura, james, ana) == {noura.pk, james.pk}
    assert allowed(noura, james, ana, channel="sms") == {noura.pk}
    assert [(line, code) for line, _column, code, _value in list_problems(imported)] == [(4, "not_yes_or_no")]
