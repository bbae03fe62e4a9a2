"""Customers suggest something in a survey; it is merged, parted, merged again and done; whoever asked reads so once, and the
score before and after stands beside it.
"""

import copy
import html
import re

import pytest
from django.conf import settings
from django.db import connection
from procrastinate.contrib.django.models import ProcrastinateJob

from tests.build import tell
from wafaa.act.messages.tests.conftest import mailserver
from wafaa.act.messages.tests.samples import make_reader, make_shop, turn
from wafaa.config.facts import FACT_TABLES
from wafaa.decide.asking.tests.build import CONTENT, DAY, HOUR, MORNING, make_survey
from wafaa.decide.suggestions.actions import decide_suggestion, merge_suggestions, undo_merge
from wafaa.decide.suggestions.models import Suggestion
from wafaa.decide.suggestions.queries import find_similar, get_suggestion
from wafaa.decide.suggestions.rules import State
from wafaa.decide.suggestions.tasks import tell as tell_askers
from wafaa.kit import clock
from wafaa.learn.facts.actions import sync_facts
from wafaa.learn.facts.queries import close_facts
from wafaa.listen.surveys.actions import Invitee, complete_response, make_invitations, mark_sent

__all__ = ["mailserver"]
pytestmark = pytest.mark.django_db(transaction=True)

WISH, WISH_TOO = "Please deliver in the evening", "Deliver in the evening after work"
ASKED = copy.deepcopy(CONTENT)
ASKED["pages"][0]["questions"].append(
    {
        "key": "q2",
        "type": "long_text",
        "measure": "suggestion",
        "required": False,
        "text": {"ar": "ماذا نغيّر؟", "en": "What should we change?"},
    }
)


@pytest.fixture(autouse=True)
def jobs(transactional_db):
    """The queue's tables are not emptied with the others."""
    yield
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs WHERE task_name LIKE 'wafaa.decide.suggestions.%'")


def answer(survey, customers, *, at, score, wish=""):
    with clock.fixed_at(at):
        made = make_invitations(survey=survey, people=[Invitee(customer_id=one.pk) for one in customers])
        mark_sent(invitation_ids=[one.pk for one in made])
        for one in made:
            fields = {"a.q1": [str(score)], **({"a.q2": [wish]} if wish else {})}
            complete_response(token=one.token, pages=[fields], language="en")
        tell()


def test_from_an_answer_to_the_mail_and_the_score_before_and_after(mailserver, manager, client_as):
    done_at = MORNING - 15 * DAY
    with clock.fixed_at(MORNING - 30 * DAY):
        make_shop()
        people = [make_reader(str(number), consents=("surveys",)) for number in range(1, 13)]
        survey = make_survey(ASKED)
    answer(survey, people[:2], at=MORNING - 20 * DAY, score=2, wish=WISH)
    answer(survey, people[2:3], at=MORNING - 20 * DAY + HOUR, score=2, wish=WISH_TOO)
    answer(survey, people[3:], at=MORNING - 19 * DAY, score=2)

    with clock.fixed_at(done_at):
        first, second = Suggestion.objects.order_by("id")
        assert [one.pk for one, _alike in find_similar(first)] == [second.pk]
        undo_merge(merge=merge_suggestions(kept=first, gone=second, by=manager), by=manager)
        assert [get_suggestion(one.uuid).people for one in (first, second)] == [2, 1]
        merge_suggestions(kept=first, gone=second, by=manager)
        decide_suggestion(
            suggestion=get_suggestion(first.uuid),
            state=State.DONE,
            answer_en="We deliver until ten.",
            by=manager,
        )
        for _again in range(2):
            for job in ProcrastinateJob.objects.filter(task_name="wafaa.decide.suggestions.tasks.tell"):
                tell_askers(**job.args)
            turn()
        tell()
    assert sorted(str(mail["To"]) for mail in mailserver.mails) == [
        f"p{number}@example.com" for number in (1, 2, 3)
    ]
    [mail] = [one for one in mailserver.mails if str(one["To"]) == "p3@example.com"]
    words = mail.get_body(("plain",)).get_content()
    assert WISH_TOO in words  # in the reader's own words
    assert "We deliver until ten." in words

    answer(survey, people, at=done_at + 5 * DAY, score=5)
    with clock.fixed_at(MORNING):
        sync_facts(FACT_TABLES)
        panel = client_as(manager, HTTP_ACCEPT_LANGUAGE="en").get(
            f"/suggestions/{first.uuid}/scores/", HTTP_HX_REQUEST="true"
        )
    close_facts(settings.FACTS_ROOT)
    [row] = panel.context["compared"]
    said = " ".join(html.unescape(re.sub(r"<[^>]+>", " ", panel.content.decode())).split())
    assert row["question"] == "How satisfied are you with your order?"
    assert (row["n_before"], row["n_after"]) == (12, 12)
    assert "0.0%" in str(row["before"])
    assert "100.0%" in str(row["after"])
    assert "a real change" in said
