"""Anything may happen in any order: the customers are what the pure function says of all that was told."""

import os
from collections import defaultdict

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from tests.build import make_business, make_event

from wafaa.know.customers.actions import set_tags
from wafaa.know.customers.errors import UndoRefused
from wafaa.know.customers.models import Customer, Merge
from wafaa.know.customers.queries import list_distinct_ids
from wafaa.know.identity.actions import join_customers, part_customers, tell_apart, withdraw
from wafaa.know.identity.models import Decision, Doubt
from wafaa.know.identity.rules import Told, divide
from wafaa.know.identity.tests.telling import (
    MOVERS,
    account,
    everything,
    groups,
    identify,
    list_all_rulings,
    order_event,
    seen,
    tell,
)
from wafaa.know.notes.models import Note
from wafaa.know.orders.models import CustomerTotals, Order

ACCOUNTS = ["1", "2", "s:1", "s:2", "t:1", "u:1", "v:1", "w:1"]
GUESTS = ["email:a@example.com", "email:b@example.com", "phone:+966501234567"]
VISITORS = ["anonymous:d", "anonymous:e", "anonymous:f"]
MAILS = ["a@example.com", "b@example.com", "c@example.com"]
PHONES = ["+966501234567", "+966502345678"]

people = st.sampled_from(ACCOUNTS + GUESTS + VISITORS)
DEEDS = st.one_of(
    st.tuples(st.just("mail"), people, st.sampled_from(MAILS)),
    st.tuples(st.just("phone"), people, st.sampled_from(PHONES)),
    st.tuples(st.just("device"), st.sampled_from(ACCOUNTS), st.sampled_from([v[10:] for v in VISITORS])),
    st.tuples(st.just("order"), people, st.just("")),
    st.tuples(st.just("page"), people, st.just("")),
)
# The machine makes everything anew in each run; time says nothing about it.
# Each begins a world anew and drains after every step; releases try 100.
EXAMPLES = int(os.environ.get("WAFAA_IDENTITY_EXAMPLES", "4"))
SETTINGS = settings(deadline=None, suppress_health_check=list(HealthCheck))


def make_events(deed):
    kind, who, what = deed
    if kind == "mail":
        return identify(who, email=what)
    if kind == "phone":
        return identify(who, phone=what)
    if kind == "device":
        return seen(who, what)
    if kind == "order":
        return order_event(f"O{who}", customer=who)
    return make_event("page", distinct_id=who)


def claims_of(deed):
    """What the event says, written down a second time."""
    kind, who, what = deed
    own = [Told(who, who)] if who in GUESTS or (who in VISITORS and kind not in {"page", "device"}) else []
    if kind in {"mail", "phone"}:
        return [*own, Told(who, f"{'email' if kind == 'mail' else 'phone'}:{what}")]
    return [*own, Told(who, f"anonymous:{what}")] if kind == "device" else own


class RolledBack:
    """Everything inside is as if it had not been; looks to the drain like a test's own transaction."""

    def __enter__(self):
        self.atomic = transaction.atomic()
        self.atomic._from_testcase = True
        self.atomic.__enter__()
        make_business(currency="SAR", time_zone="Asia/Riyadh")

    def __exit__(self, *failure):
        transaction.set_rollback(True)
        self.atomic.__exit__(None, None, None)


class Identity(RuleBasedStateMachine):
    """Events, staff who join, part and decide, and what must hold after each step."""

    @initialize()
    def begin(self):
        self.world = RolledBack()
        self.world.__enter__()
        self.told = set()
        self.ordered = set()

    def teardown(self):
        self.world.__exit__()

    @rule(deeds=st.lists(DEEDS, min_size=1, max_size=4))
    def something_is_told(self, deeds):
        for deed in deeds:
            self.told.update(claims_of(deed))
            if deed[0] == "order":
                self.ordered.add(deed[1])
        tell(*(make_events(deed) for deed in deeds))

    @precondition(lambda self: len(groups()) > 1)
    @rule(data=st.data())
    def staff_join_two(self, data):
        kept, gone = self.choose_two(data)
        ids = list_distinct_ids([kept.pk, gone.pk])
        join_customers(kept=kept, gone=gone, choices={}, movers=MOVERS, by=None)
        assert account(ids[kept.pk][0]) == account(ids[gone.pk][0])

    @precondition(lambda self: len(groups()) > 1)
    @rule(data=st.data())
    def staff_join_two_and_think_again(self, data):
        kept, gone = self.choose_two(data)
        set_tags(customer=gone, names=["VIP"], by=None)
        Note.objects.create(customer=gone, text="likes tea", created_at=gone.created_at)
        before = everything(), groups()
        merge = join_customers(kept=kept, gone=gone, choices={}, movers=MOVERS, by=None)
        part_customers(merge=merge, movers=MOVERS, by=None)
        assert (everything(), groups()) == before

    @precondition(lambda self: len(groups()) > 1)
    @rule(data=st.data())
    def staff_tell_two_apart(self, data):
        one, other = self.choose_two(data)
        ids = list_distinct_ids([one.pk])[one.pk]
        tell_apart(ids=ids, customer=other, movers=MOVERS, by=None)

    @precondition(lambda self: any(len(ids) > 1 for ids in groups()))
    @rule(data=st.data())
    def staff_take_an_id_off_somebody(self, data):
        ids = data.draw(st.sampled_from([ids for ids in groups() if len(ids) > 1]))
        one = data.draw(st.sampled_from(ids))
        tell_apart(ids=[one], customer=account(one), movers=MOVERS, by=None)

    @precondition(lambda self: Merge.objects.filter(undone_at=None, kept__merged_into=None).exists())
    @rule(data=st.data())
    def staff_undo_a_merge(self, data):
        merges = list(Merge.objects.filter(undone_at=None, kept__merged_into=None).order_by("id"))
        part_customers(merge=data.draw(st.sampled_from(merges)), movers=MOVERS, by=None)

    @precondition(lambda self: Merge.objects.filter(undone_at=None, kept__merged_into__isnull=False).exists())
    @rule()
    def the_inner_of_two_merges_waits_for_the_outer(self):
        merge = Merge.objects.filter(undone_at=None, kept__merged_into__isnull=False).first()
        with pytest.raises(UndoRefused):
            part_customers(merge=merge, movers=MOVERS, by=None)

    @precondition(lambda self: Decision.objects.filter(withdrawn_at=None).exists())
    @rule(data=st.data())
    def staff_take_a_decision_back(self, data):
        decisions = list(Decision.objects.filter(withdrawn_at=None).order_by("id"))
        withdraw(decision=data.draw(st.sampled_from(decisions)), movers=MOVERS, by=None)

    def choose_two(self, data):
        customers = list(Customer.objects.filter(merged_into=None).order_by("id"))
        one = data.draw(st.sampled_from(customers))
        return one, data.draw(st.sampled_from([other for other in customers if other != one]))

    @invariant()
    def customers_are_what_the_rules_say(self):
        expected = divide(self.told, list_all_rulings())
        assert [ids for ids in groups() if len(ids) > 1] == sorted(
            sorted(ids) for ids in expected.groups if len(ids) > 1
        )
        assert set(Doubt.objects.values_list("first", "second", "identifier", "reason")) == {
            (one.first, one.second, one.identifier, one.reason) for one in expected.questions
        }

    @invariant()
    def orders_stand_with_who_told_them(self):
        counted = defaultdict(int)
        for who in self.ordered:
            assert Order.objects.get(external_id=f"O{who}").customer == account(who)
            counted[account(who).pk] += 1
        totals = dict(CustomerTotals.objects.exclude(orders=0).values_list("customer_id", "orders"))
        assert totals == counted

    @invariant()
    def every_id_leads_to_a_living_customer(self):
        assert not Customer.objects.filter(merged_into__isnull=False, distinct_ids__isnull=False).exists()
        assert not Customer.objects.filter(merged_into=None, distinct_ids=None).exists()


@pytest.mark.django_db
def test_customers_follow_the_rules_whatever_happens():
    run_state_machine_as_test(
        Identity, settings=settings(SETTINGS, max_examples=EXAMPLES, stateful_step_count=12)
    )


@pytest.mark.django_db
@settings(SETTINGS, max_examples=EXAMPLES)
@given(data=st.data(), deeds=st.lists(DEEDS, min_size=2, max_size=10))
def test_any_order_of_arrival_gives_the_same_customers(data, deeds):
    """One by one in one order, all at once in another."""
    with RolledBack():
        for deed in deeds:
            tell(make_events(deed))
        one_by_one = groups()
    with RolledBack():
        tell(*(make_events(deed) for deed in data.draw(st.permutations(deeds))))
        assert groups() == one_by_one
