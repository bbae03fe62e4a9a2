"""What learning gets of answers; answers that follow a merged customer, and go with an erased one."""

from datetime import timedelta

from django.db import connection

from wafaa.kit import clock
from wafaa.know.customers.models import Customer
from wafaa.know.orders.models import Store
from wafaa.listen.surveys.actions import (
    SURVEYS_FOLLOW,
    Invitee,
    complete_response,
    erase_customer,
    make_invitations,
    open_response,
    save_page,
)
from wafaa.listen.surveys.facts import SURVEY_FACTS
from wafaa.listen.surveys.models import Answer, Invitation, Response
from wafaa.listen.surveys.queries import count_sent, export_customer, get_questions
from wafaa.stream.models import GoneRow


def read(table: str) -> list[dict]:
    facts = next(one for one in SURVEY_FACTS if one.name == table)
    with connection.cursor() as cursor:
        cursor.execute(facts.rows_sql, {"low": 0, "high": 2**60, "time_zone": "Asia/Riyadh"})
        assert [one.name for one in cursor.description] == list(facts.columns)
        rows = [dict(zip(facts.columns, row, strict=True)) for row in cursor.fetchall()]
        cursor.execute(facts.changed_sql, {"part_rows": 2**60, "since": 0})
        assert [row[0] for row in cursor.fetchall()] == ([0] if rows else [])
        cursor.execute(facts.bounds_sql)
        assert cursor.fetchone()[0] == (rows[-1][facts.key] if rows else None)
    return rows


def answer_twice(survey, customer) -> list[Invitation]:
    invitations = make_invitations(
        survey=survey, people=[Invitee(customer_id=customer.pk, store="RUH-1") for _ in range(2)]
    )
    happy = [{"a.nps": ["10"], "a.csat": ["-na"]}, {"a.again": ["yes"]}]
    complete_response(token=invitations[0].token, pages=happy, language="ar")
    state = open_response(token=invitations[1].token).state
    save_page(
        token=invitations[1].token, state=state, fields={"a.nps": ["2"], "a.csat": ["1"]}, language="ar"
    )
    return invitations


def test_facts_hold_one_row_for_each_response_and_each_answer(survey, customer):
    store = Store.objects.create(code="RUH-1")
    answer_twice(survey, customer)

    responses, answers = read("responses"), read("answers")
    told = ("state", "customer_id", "store_id", "last_page", "last_question")
    assert [tuple(row[name] for name in told) for row in responses] == [
        ("complete", customer.pk, store.pk, 3, ""),
        ("started", customer.pk, store.pk, 1, "csat"),
    ]
    assert [
        (row["question"], row["value"], row["choice"], row["points"], row["is_complete"]) for row in answers
    ] == [
        ("nps", 10, "", 10, True),
        ("csat", None, "n_a", None, True),
        ("again", 1, "yes", None, True),
        ("nps", 2, "", 10, False),
        ("csat", 1, "", 5, False),
    ]
    assert answers[2]["measure"] == "return_intention"


def test_answers_follow_a_merge_and_come_back(survey, customer, at_moment):
    answer_twice(survey, customer)
    kept = Customer.objects.create(name="Kept", created_at=at_moment)

    moved = SURVEYS_FOLLOW.move(customer.pk, kept.pk)
    assert SURVEYS_FOLLOW.count(kept.pk) == {"survey_responses": 2}
    SURVEYS_FOLLOW.give_back(kept.pk, customer.pk, moved)
    assert SURVEYS_FOLLOW.count(customer.pk) == {"survey_responses": 2}
    assert set(Invitation.objects.values_list("customer", flat=True)) == {customer.pk}


def test_a_persons_answers_are_handed_out_and_erased(survey, customer):
    answer_twice(survey, customer)
    exported = export_customer(customer_id=customer.pk, distinct_ids=["C-7"])
    assert {name: len(rows) for name, rows in exported.items()} == {
        "survey_invitations": 2,
        "survey_responses": 2,
        "survey_answers": 5,
    }

    assert erase_customer(customer_id=customer.pk, distinct_ids=["C-7"]) == {
        "survey_responses": 2,
        "survey_answers": 5,
        "survey_invitations": 2,
    }
    assert (Response.objects.count(), Answer.objects.count(), Invitation.objects.count()) == (0, 0, 0)
    assert GoneRow.objects.count() == 7


def test_questions_and_invitations_are_counted_for_results(survey, customer):
    invitations = answer_twice(survey, customer)
    Invitation.objects.filter(pk=invitations[0].pk).update(sent_at=clock.now())

    assert [(one.key, one.page_key) for one in get_questions(survey)] == [
        ("nps", "p1"),
        ("csat", "p1"),
        ("why", "p2"),
        ("more", "p2"),
        ("again", "p3"),
    ]
    assert count_sent(survey) == 1
    assert count_sent(survey, start=clock.now() + timedelta(days=1)) == 0
