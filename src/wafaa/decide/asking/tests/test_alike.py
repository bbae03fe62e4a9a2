"""Everybody is asked for a review alike: no rule chooses them by how satisfied they are."""

import pytest

from wafaa.decide.asking.actions import switch_on
from wafaa.decide.asking.errors import ReviewsAskEverybody
from wafaa.decide.asking.models import Rule
from wafaa.decide.asking.tests.build import make_rule, make_survey
from wafaa.learn.segments.actions import change_segment, create_segment

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("shop")]


def counted(name, **properties):
    where = [{"property": key, "one_of": [value]} for key, value in properties.items()]
    told = {"name": name, "measure": "count", "min": 1}
    return {"events": {**told, "where": where} if where else told}


def make(name, definition):
    return create_segment(name=name, definition=definition, by=None)


PROMOTERS = counted("Survey Answered", nps="10")


def test_a_segment_that_looks_at_a_score_asks_nobody_for_reviews_not_even_by_another_segment():
    promoters = make("Promoters", PROMOTERS)
    hidden = make(
        "Ours", {"all": [counted("Order Completed"), {"segment": {"uuid": str(promoters.uuid), "in": True}}]}
    )
    unhappy = make("Cases", {"not": counted("Case Opened")})

    for segment, told in ((promoters, "Survey Answered: nps"), (hidden, "nps"), (unhappy, "Case Opened")):
        with pytest.raises(ReviewsAskEverybody, match=told):
            make_rule(segment=segment.uuid, is_on=False)
    assert not Rule.objects.exists()
    assert make_rule(make_survey(), segment=promoters.uuid, is_on=False).pk  # a survey may ask whom it likes


def test_neither_does_a_condition_of_the_rule_itself():
    with pytest.raises(ReviewsAskEverybody, match="is_low"):
        make_rule(names=("Survey Answered",), where={"is_low": "false"}, is_on=False)
    assert make_rule(names=("Survey Answered",), where={"touchpoint": "delivery"}, is_on=False).pk


def test_a_segment_that_is_changed_later_keeps_the_rule_from_being_switched_on():
    buyers = make(
        "Buyers", {"all": [counted("Order Completed"), counted("Survey Answered", touchpoint="delivery")]}
    )
    rule = make_rule(segment=buyers.uuid, is_on=False)
    change_segment(segment=buyers, definition=PROMOTERS, by=None)

    with pytest.raises(ReviewsAskEverybody):
        switch_on(rule=rule, by=None)
