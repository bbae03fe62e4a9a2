"""Suggestions are gathered once, counted by people, merged and taken apart, decided, and those who asked are told."""

from datetime import date

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob
from tests.build import make_business, make_customer, make_event, tell

from wafaa.act.messages.models import Message
from wafaa.act.messages.rules import State as MessageState
from wafaa.config.flow import CONSUMERS
from wafaa.decide.suggestions.actions import (
    VOICES_FOLLOW,
    add_suggestion,
    decide_suggestion,
    erase_customer,
    forget_surveys,
    merge_suggestions,
    undo_merge,
)
from wafaa.decide.suggestions.errors import AnswerMissing, MergeImpossible, SuggestionEmpty
from wafaa.decide.suggestions.models import Suggestion, Voice
from wafaa.decide.suggestions.queries import (
    count_untold,
    export_customer,
    find_similar,
    get_suggestion,
    get_told,
    list_suggestions,
)
from wafaa.decide.suggestions.rules import DONE, State
from wafaa.decide.suggestions.scoring import make_periods
from wafaa.decide.suggestions.tasks import tell as tell_job
from wafaa.decide.suggestions.tests.build import (
    DAY,
    EVENING,
    EVENING_TOO,
    HOUR,
    MORNING,
    SURVEY,
    gather,
    suggested,
)
from wafaa.kit import clock
from wafaa.kit.ids import new_id
from wafaa.learn.measures.rules import Period
from wafaa.stream.models import Event, ParkedEvent
from wafaa.stream.rules import EventHead

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def morning():
    make_business(name="Palm Roastery", time_zone="Asia/Riyadh")
    with clock.fixed_at(MORNING + HOUR):
        yield


def make_asker(number, *, agrees=True, language="ar"):
    customer = make_customer(
        number, email=f"{number}@example.com", name=number, language=language, at=MORNING - DAY
    )
    if agrees:
        told = {"channel": "email", "purpose": "surveys"}
        tell(make_event("Consent Given", distinct_id=number, at=MORNING - DAY, properties=told))
    return customer


def people_of(suggestion):
    return get_suggestion(suggestion.uuid).people


def test_each_answer_is_one_voice_and_the_same_words_are_one_suggestion():
    sara = make_asker("C1")
    response = new_id()
    tell(suggested(EVENING, response=response))
    tell(suggested(EVENING, response=response, at=MORNING + HOUR))  # told of again
    tell(
        suggested(EVENING.replace("مساءً", "مساء!"), who="anonymous:a"),
        suggested(EVENING, who="C1"),
        suggested("لا يوجد", who="C1"),
        suggested("مواقف السيارات قليلة"),
    )

    first, second = Suggestion.objects.order_by("id")
    assert (first.title, second.title) == (EVENING, "مواقف السيارات قليلة")
    assert Voice.objects.filter(suggestion=first).count() == 3
    assert people_of(first) == 2  # Sara twice, and somebody anonymous
    assert Voice.objects.filter(customer=sara).count() == 3


def test_heard_again_nothing_changes():
    gather(("C1", EVENING), ("C2", "مواقف السيارات قليلة"))
    consumer = next(one for one in CONSUMERS if one.name == "decide.suggestions")
    rows = Event.objects.filter(name__in=consumer.hears).order_by("position")
    consumer.handle(
        [EventHead(str(one.xid), one.position, one.received_at, one.name, one.distinct_id) for one in rows]
    )

    assert (Suggestion.objects.count(), Voice.objects.count()) == (2, 2)


@pytest.mark.parametrize(
    "answers",
    [
        None,
        "all",
        [None, 7, []],
        [{"measure": "suggestion", "text": {"a": 1}, "question": ["x"]}],
        [{"measure": ["suggestion"], "text": "x"}],
        [{"measure": "suggestion", "text": "ا" * 300_000, "question": "q" * 900}],
        [{"measure": "suggestion", "text": "<script>alert(1)</script>\u202e", "question": None}] * 300,
    ],
)
def test_whatever_an_answer_holds_nothing_is_parked(answers):
    tell(suggested("x", answers=answers, survey_id="no id", survey=["x"], touchpoint={}))

    assert not ParkedEvent.objects.exists()
    assert Voice.objects.count() <= 1


def test_similar_ones_are_found_merged_and_taken_apart(agent):
    first, second, parking = gather(("C1", EVENING), ("C2", EVENING_TOO), ("C3", "مواقف السيارات قليلة"))
    assert [one.pk for one, _alike in find_similar(first)] == [second.pk]

    merge = merge_suggestions(kept=first, gone=second, by=agent)
    assert merge_suggestions(kept=first, gone=second, by=agent) == merge  # a second press
    assert people_of(first) == 2
    assert get_suggestion(second.uuid).pk == first.pk
    tell(suggested(EVENING_TOO, who="C4"))  # what was merged goes on to gather
    assert people_of(first) == 3
    with pytest.raises(MergeImpossible):
        merge_suggestions(kept=second, gone=parking, by=agent)
    with pytest.raises(MergeImpossible):
        merge_suggestions(kept=parking, gone=first, by=agent)

    undo_merge(merge=merge, by=agent)
    undo_merge(merge=merge, by=agent)
    assert (people_of(first), people_of(second)) == (2, 1)
    assert list_suggestions().count() == 3


def test_staff_add_one_from_a_comment_once(agent):
    one = add_suggestion(title="دفع عند الاستلام", text="ليت الدفع عند الاستلام", key="comment:5", by=agent)
    assert add_suggestion(title="دفع عند الاستلام", key="comment:5", by=agent) == one
    assert people_of(one) == 1
    with pytest.raises(SuggestionEmpty):
        add_suggestion(title=" \u202e ", key="comment:6", by=agent)


def test_done_everybody_who_asked_is_told_once_and_the_gate_decides(agent):
    agreed, silent = make_asker("C1"), make_asker("C2", agrees=False)
    (evening,) = gather(("C1", EVENING), ("C2", EVENING), ("anonymous:x", EVENING))
    with pytest.raises(AnswerMissing):
        decide_suggestion(suggestion=evening, state=State.DONE, by=agent)

    decide_suggestion(suggestion=evening, state=State.DONE, answer_ar="صرنا نوصّل مساءً", by=agent)
    (job,) = ProcrastinateJob.objects.filter(task_name="wafaa.decide.suggestions.tasks.tell")
    tell_job(**job.args)
    tell_job(**job.args)

    told = {one.customer_id: (one.state, one.why) for one in Message.objects.all()}
    assert told == {agreed.pk: (MessageState.QUEUED, ""), silent.pk: (MessageState.REFUSED, "no_consent")}
    sent = Message.objects.get(customer=agreed)
    assert sent.values == {"suggestion": {"asked": EVENING, "done": "صرنا نوصّل مساءً"}}
    evening.refresh_from_db()
    assert (evening.done_on, evening.told_at) == (date(2026, 11, 22), MORNING + HOUR)
    shown = get_told(evening)
    assert (shown.states, shown.whys, shown.anonymous) == (
        {"queued": 1, "refused": 1},
        [("refused", "no_consent", 1)],
        1,
    )
    assert Event.objects.filter(name=DONE).count() == 2
    make_asker("C3")
    tell(suggested(EVENING, who="C3"))
    assert count_untold(evening) == 1


def test_nobody_is_told_of_what_was_taken_back(agent):
    make_asker("C1")
    (evening,) = gather(("C1", EVENING))
    decide_suggestion(suggestion=evening, state=State.DONE, answer_ar="تم", by=agent)
    decide_suggestion(suggestion=evening, state=State.PLANNED, by=agent)

    tell_job(suggestion_id=evening.pk)

    assert not Message.objects.exists()
    evening.refresh_from_db()
    assert evening.done_on is None


def test_voices_follow_a_merge_and_go_with_a_person(agent):
    sara, other = make_asker("C1"), make_asker("C2")
    first, second = gather(("C1", EVENING), ("C1", "مواقف السيارات قليلة"))
    tell(suggested(EVENING_TOO.replace("و", "", 1), who="C2"))
    tell(suggested(EVENING, who="C2"))
    moved = VOICES_FOLLOW.move(sara.pk, other.pk)
    assert people_of(first) == 1
    VOICES_FOLLOW.give_back(other.pk, sara.pk, moved)
    assert people_of(first) == 2
    assert len(export_customer(customer_id=sara.pk, distinct_ids=["C1"])["suggestions"]) == 2

    assert erase_customer(customer_id=sara.pk, distinct_ids=["C1"]) == {"voices": 2}

    assert not Suggestion.objects.filter(pk=second.pk).exists()
    first.refresh_from_db()
    assert first.title == EVENING  # another said the same
    assert people_of(first) == 1


def test_what_surveys_of_the_demo_gathered_goes_with_them(agent):
    kept = add_suggestion(title="دفع عند الاستلام", key="form:1", by=agent)
    gather(("C1", EVENING), ("anonymous:a", "مواقف السيارات قليلة"))

    assert forget_surveys(surveys=[SURVEY]) == 2

    assert list(Suggestion.objects.all()) == [kept]


def test_scores_are_compared_around_the_day_of_the_change():
    done_on = date(2026, 11, 1)
    assert make_periods(done_on, 30, date(2026, 12, 31)) == (
        Period(start=date(2026, 10, 2), end=done_on),
        Period(start=done_on, end=date(2026, 12, 1)),
    )
    assert make_periods(done_on, 90, date(2026, 11, 10))[1] == Period(start=done_on, end=date(2026, 11, 11))


def test_a_wish_that_is_changed_counts_for_what_it_says_now():
    response = new_id()
    tell(suggested(EVENING, who="C2"), suggested(EVENING, response=response))
    tell(suggested("مواقف السيارات قليلة", response=response, at=MORNING + HOUR))

    evening, parking = Suggestion.objects.order_by("id")
    assert (people_of(evening), people_of(parking)) == (1, 1)

    tell(suggested("نريد فرعًا في أبها", response=response, at=MORNING + 2 * HOUR))
    assert [one.title for one in Suggestion.objects.order_by("id")] == [EVENING, "نريد فرعًا في أبها"]
