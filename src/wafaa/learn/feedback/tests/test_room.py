"""Comments from the stream to the pages: once each, corrected and taken back, found, handed out, moved and erased."""

from datetime import UTC, datetime

import pytest
from django.db import connection
from tests.build import make_business, make_customer, make_event, tell
from tests.worlds import world

from wafaa.kit import clock
from wafaa.know.customers.models import Customer
from wafaa.learn.feedback.actions import (
    COMMENTS_FOLLOW,
    correct_comment,
    erase_customer,
    learn_from_comments,
    undo_correction,
)
from wafaa.learn.feedback.errors import NothingToUndo
from wafaa.learn.feedback.judging import judge_texts
from wafaa.learn.feedback.models import Comment, Lesson
from wafaa.learn.feedback.queries import export_customer, list_comments
from wafaa.learn.feedback.rules import CommentFilter
from wafaa.stream.models import Event

NOON = datetime(2026, 11, 22, 9, tzinfo=UTC)
ENGLISH = {"HTTP_ACCEPT_LANGUAGE": "en"}


def answered(text, *, who="C1", nps=3, number=1, tail="", **told):
    return make_event(
        "Survey Answered",
        distinct_id=who,
        at=NOON,
        message_id=f"survey-answered:{number}{tail}",
        source="surveys",
        properties={
            "survey_id": "00000000-0000-0000-0000-000000000007",
            "survey": "After delivery",
            "response_id": f"r{number}",
            "touchpoint": "delivery",
            "store": "RUH-1",
            "nps": nps,
            "answers": [{"question": "q2", "type": "long_text", "text_of_question": "لماذا؟", "text": text}],
            **told,
        },
    )


def make_shop():
    make_business(time_zone="Asia/Riyadh")
    with clock.fixed_at(NOON):
        make_customer("C1", name="سارة القحطاني", at=NOON)
        tell(answered("الأَسْعارُ غالية جدا والموظف وقح وسيء", nps=10))
        tell(answered("Lovely staff and fast delivery", nps=9, number=2))
        tell(answered("سر", who="anonymous:x", number=3, is_anonymous=True))


# tests that shall not meet it stand before the first that does
made = world(make_shop)


@pytest.fixture
def shop(made, db):
    with clock.fixed_at(NOON):
        yield


@pytest.fixture
def unhappy(shop):
    return Comment.objects.get(source_key="response:r1:q2")


def test_an_empty_list_says_what_to_do(manager, client_as, db):
    make_business()

    assert "No comment yet" in client_as(manager, **ENGLISH).get("/comments/").content.decode()


def test_a_comment_is_kept_once_with_what_was_read_and_a_good_score_over_bad_words_is_told_once(unhappy):
    tell(answered("الأَسْعارُ غالية جدا والموظف وقح وسيء", nps=10, tail=":again"))

    assert Comment.objects.count() == 3
    assert (unhappy.language, unhappy.sentiment, unhappy.score_share) == ("ar", "negative", 1.0)
    assert set(unhappy.topics) >= {"price", "staff"}
    assert unhappy.is_mismatch
    assert unhappy.customer == Customer.objects.get(external_id="C1")
    assert Event.objects.filter(name="Comment Mismatched").count() == 1


def test_of_an_anonymous_answer_neither_customer_nor_id_is_kept(shop):
    comment = Comment.objects.get(source_key="response:r3:q2")

    assert (comment.customer, comment.distinct_id) == (None, "")


def test_a_later_version_takes_the_place_and_keeps_no_correction_of_other_words(unhappy, manager):
    correct_comment(comment=unhappy, sentiment="neutral", topics=["price"], by=manager)
    tell(answered("الخدمة رائعة وممتازة", nps=10, tail=":edit-1"))
    unhappy.refresh_from_db()

    assert (unhappy.text, unhappy.sentiment, unhappy.corrected_at) == (
        "الخدمة رائعة وممتازة",
        "positive",
        None,
    )


@pytest.mark.parametrize("search", ["الاسعار", "أسعار", "غاليه", "الأسعارُ موظف"])
def test_search_finds_words_without_marks_in_any_letter_variant_and_without_prefixes(unhappy, search):
    assert list(list_comments(CommentFilter(search=search))) == [unhappy]


def test_filters_narrow_and_what_is_nonsense_finds_nothing(shop):
    def count(**asked):
        return list_comments(CommentFilter(**asked)).count()

    assert count(sentiment="negative") == 1
    assert count(topic="price") == 1
    assert count(language="en") == 1
    assert count(store="RUH-1") == 3
    assert count(stores=["JED"]) == 0
    assert count(is_mismatch=True) == 1
    assert count(search="!!!") == 0
    assert count(since=NOON.date(), until=NOON.date()) == 3


def test_a_correction_stands_until_it_is_taken_back(unhappy, manager):
    before = list(unhappy.topics)
    correct_comment(comment=unhappy, sentiment="positive", topics=["staff"], by=manager)
    unhappy.refresh_from_db()
    assert (unhappy.sentiment, unhappy.topics, unhappy.is_mismatch) == ("positive", ["staff"], False)

    undo_correction(comment=unhappy, by=manager)
    unhappy.refresh_from_db()
    assert (unhappy.sentiment, unhappy.topics, unhappy.is_mismatch) == ("negative", before, True)
    with pytest.raises(NothingToUndo):
        undo_correction(comment=unhappy, by=manager)


def test_comments_follow_a_merge_and_back_are_handed_out_and_go_with_the_person(unhappy):
    kept = make_customer("C9", name="هدى", at=NOON)
    gone = unhappy.customer_id
    moved = COMMENTS_FOLLOW.move(gone, kept.pk)
    assert Comment.objects.filter(customer=kept).count() == 2
    COMMENTS_FOLLOW.give_back(kept.pk, gone, moved)
    assert Comment.objects.filter(customer=gone).count() == 2

    assert len(export_customer(customer_id=gone, distinct_ids=["C1"])["comments"]) == 2
    assert erase_customer(customer_id=gone, distinct_ids=["C1"]) == {"comments": 2}
    assert Comment.objects.count() == 1


SICK, PLAIN = "this board is sick", "it is the usual thing"


def keep(text, *, share=None):
    """Thirty-one comments of these words, straight into the table: how they are heard is tested above."""
    judged = judge_texts([text])[0].as_fields()
    rows = [
        Comment(
            source_key=f"{text}:{number}",
            kind="answer",
            at=NOON,
            text=f"{text} number {number}",
            score_share=share,
            **judged,
        )
        for number in range(31)
    ]
    return Comment.objects.bulk_create(rows)


def read(*texts):
    return [(one.sentiment, one.topics) for one in judge_texts(texts)]


def test_a_shop_whose_words_mean_something_else_teaches_and_a_shop_with_few_comments_does_not(shop):
    assert learn_from_comments() is None
    keep(SICK, share=1.0)
    keep(PLAIN, share=0.0)
    lesson = learn_from_comments()

    assert lesson == Lesson.objects.get()
    assert (lesson.comments, lesson.corrected, lesson.is_used) == (64, 0, True)
    assert lesson.f1_after > lesson.f1_before
    assert [sentiment for sentiment, _topics in read(SICK, PLAIN)] == ["positive", "negative"]


def test_what_staff_correct_changes_how_later_comments_are_read_until_it_is_taken_back(shop, manager):
    """Without any score beside them: the corrections alone teach, of feelings and of topics."""
    Comment.objects.all().delete()
    before, taught = read(SICK, PLAIN), [("positive", ["product"]), ("negative", [])]
    said = {SICK: taught[0], PLAIN: taught[1]}
    kept = [(comment, *said[text]) for text in said for comment in keep(text)]
    for comment, sentiment, topics in kept:
        correct_comment(comment=comment, sentiment=sentiment, topics=topics, by=manager)
    lesson = learn_from_comments()

    assert (lesson.corrected, lesson.is_used) == (62, True)
    assert not any(one in taught for one in before)
    assert read(SICK, PLAIN) == taught
    for comment, _sentiment, _topics in kept:
        undo_correction(comment=comment, by=manager)
    assert learn_from_comments() is None
    assert read(SICK, PLAIN) == before


def test_a_search_can_use_its_index(shop):
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("SET LOCAL enable_indexscan = off")
        found = list_comments(CommentFilter(search="الأسعارُ غاليه"))
        plan = found.select_related(None).order_by().explain()

    assert "comment_vector" in plan


def test_pages_show_topics_marks_and_the_customer_and_a_correction_is_made_and_taken_back(
    manager, client_as, unhappy
):
    browser = client_as(manager, **ENGLISH)
    told = browser.get("/comments/").content.decode()
    assert "سارة القحطاني" in told
    assert '<mark class="negative">' in told
    assert "What they talk about" in told
    assert browser.get("/comments/mismatches/").context["page"].paginator.count == 1
    assert browser.get("/comments/?sentiment=nonsense&since=x&page=99").status_code == 200

    address = f"/comments/{unhappy.uuid}/"
    assert browser.post(address, {"sentiment": "unsure"}).status_code == 422
    assert browser.post(address, {"sentiment": "neutral", "topics": ["price"]}).status_code == 302
    assert Comment.objects.get(pk=unhappy.pk).sentiment == "neutral"
    assert browser.post(f"{address}undo/").status_code == 302
    assert Comment.objects.get(pk=unhappy.pk).sentiment == "negative"
    file = b"".join(browser.get("/comments/export/").streaming_content).decode()
    assert file.count("After delivery") == 3
