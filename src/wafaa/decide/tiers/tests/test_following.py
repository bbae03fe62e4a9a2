"""What is earned counts, too; new definitions place members quietly; merges and erasure; presets."""

from datetime import timedelta

import pytest
from tests.build import NOON, make_customer, make_event, make_order, make_refund, tell

from wafaa.decide.loyalty.actions import make_programme, publish, save_draft
from wafaa.decide.loyalty.models import Member
from wafaa.decide.loyalty.rules.content import find_faults, read_content
from wafaa.decide.loyalty.rules.presets import PRESETS
from wafaa.decide.loyalty.tests.build import DAY, SPEND, list_told
from wafaa.decide.tiers.models import Change, Standing
from wafaa.decide.tiers.queries import export_customer, get_standing
from wafaa.decide.tiers.tests.build import LEVELS, find_tiers, list_history, make_live, run_jobs
from wafaa.kit import clock
from wafaa.know.customers.actions import merge_customers, undo_merge
from wafaa.know.customers.models import Customer
from wafaa.show.console.customers.merging import MOVERS

pytestmark = pytest.mark.django_db
HUNDRED = [("TEA", 1, "100.00")]
POINTS = {
    "code": "status", "basis": "earned", "unit": "points", "span": "life", "tiers": [{"code": "star", "needs": 15}],
}  # fmt: skip


def republish(programme, *sets, at):
    with clock.fixed_at(at):
        save_draft(programme=programme, content={"rules": [SPEND], "tier_sets": list(sets)}, by=None)
        publish(programme=programme, by=None)


def test_points_count_for_whatever_they_were_given_and_as_long_as_they_stand():
    review = {
        "id": 2, "trigger": "event", "event": "Review Submitted", "effect": "fixed", "points": 5,
    }  # fmt: skip
    make_live(POINTS, rules=[SPEND, review])
    make_customer("1")
    make_order("A", lines=HUNDRED)
    assert find_tiers("status") == {"1": ""}
    tell(make_event("Review Submitted", at=NOON, properties={"review_id": "7"}))
    assert find_tiers("status") == {"1": "star"}

    make_refund("R", order="A", lines=[], amount="10.00")

    assert find_tiers("status") == {"1": ""}
    assert list_history("status") == ["->star reached", "star>- reversed"]


def test_new_definitions_place_members_without_a_word_and_take_sets_away():
    programme = make_live(rules=[SPEND])
    for number in ("1", "2"):
        make_customer(number)
        make_order(f"A{number}", customer=number, lines=[("TEA", int(number), "60.00")])
    assert Standing.objects.count() == 0

    republish(programme, LEVELS, at=NOON + DAY)
    run_jobs(NOON + DAY + timedelta(minutes=15))
    assert find_tiers() == {"1": "", "2": "silver"}
    assert list_told("Tier Changed") == []

    republish(programme, POINTS, at=NOON + 2 * DAY)
    run_jobs(NOON + 2 * DAY + timedelta(minutes=15))
    assert list_history() == ["->silver placed", "silver>- placed"]
    assert Member.objects.exclude(tiers=[]).count() == 0


def test_who_was_merged_brings_their_tier_and_takes_it_away_again():
    make_live(LEVELS)
    make_customer("1")
    make_customer("2")
    make_order("A", customer="1", lines=[("TEA", 1, "60.00")])
    make_order("B", customer="2", lines=HUNDRED)
    kept, gone = (Customer.objects.get(distinct_ids__distinct_id=one) for one in "12")

    merge = merge_customers(kept=kept, gone=gone, choices={}, movers=MOVERS, by=None)
    run_jobs(clock.now() + timedelta(minutes=1))
    mine = Member.objects.get(customer=kept)
    assert mine.tiers == ["levels:silver"]

    undo_merge(merge=merge, movers=MOVERS, by=None)
    run_jobs(clock.now() + timedelta(minutes=1))
    mine.refresh_from_db()
    assert mine.tiers == []


def test_what_is_missing_is_told_and_a_person_gets_their_tiers_handed_out():
    make_live(LEVELS)
    customer = make_customer("1")
    with clock.fixed_at(NOON + timedelta(hours=1)):
        make_order("A", lines=HUNDRED)
        (stand,) = get_standing(Member.objects.get().pk, clock.now())

    assert (stand.tier, stand.next_tier, stand.missing.amount, stand.missing.by) == (
        "silver",
        "gold",
        400_00,
        None,
    )
    assert stand.missing_to_keep is None
    told = export_customer(customer_id=customer.pk, distinct_ids=["1"])
    assert [one["tier"] for one in told["loyalty_tiers"]] == ["silver"]
    assert [one["why"] for one in told["loyalty_tier_changes"]] == ["reached"]
    assert Change.objects.count() == 1


@pytest.mark.parametrize("preset", PRESETS)
def test_presets_have_no_faults_and_rules_name_tiers_that_there_are(preset):
    content = PRESETS[preset].write("KWD")
    assert find_faults(content) == []
    programme = make_programme(name={"en": "Club"}, by=None, preset=preset)
    publish(programme=programme, by=None)

    wrong = read_content({"rules": [{**SPEND, "tiers": ["levels:none"]}], "tier_sets": [LEVELS]})
    assert [(one.field, one.code) for one in find_faults(wrong)] == [("tiers", "unknown")]
