"""A survey's first question in any message: for each reader an invitation, and nothing for whoever is to be left alone."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from django.urls import reverse

from wafaa.act.cases.models import KINDS, Case
from wafaa.act.messages.actions.templates import create_template, set_state
from wafaa.act.messages.delivering import NORMAL, prepare
from wafaa.act.messages.errors import TemplateWrong
from wafaa.act.messages.models import Message
from wafaa.act.messages.pages.editing import list_chips
from wafaa.act.messages.surveying import list_askable, name_block
from wafaa.act.messages.tests.samples import ME, ask, make_reader, make_shop, turn
from wafaa.decide.asking.tests.build import make_survey
from wafaa.kit import clock
from wafaa.listen.surveys.models import Invitation
from wafaa.stream import outbox

pytestmark = pytest.mark.django_db
MORNING = datetime(2026, 11, 22, 7, tzinfo=UTC)
QUESTION = "How satisfied are you with your order?"


@pytest.fixture(autouse=True)
def shop():
    make_shop()
    with clock.fixed_at(MORNING):
        yield


@pytest.fixture
def survey():
    return make_survey()


def make_template(survey, *, body="# Thank you\n\n{tag}\n\nSee you soon."):
    tag = f"{{% render '{name_block(survey)}' %}}"
    content = {
        "en": {
            "email": {"subject": "Thank you", "body": body.format(tag=tag)},
            "sms": {"text": f"Thank you. {tag}"},
        }
    }
    made = create_template(name="Thanks", purpose="marketing", content=content, languages=["en"], by=None)
    return set_state(template_uuid=made.uuid, state="ready", by=None)


def read_mails(mailserver):
    """To whom, and the words."""
    return {
        str(mail["To"]): (
            mail.get_body(("html",)).get_content(),
            mail.get_body(("plain",)).get_content(),
        )
        for mail in mailserver.mails
    }


@pytest.mark.parametrize(
    "body",
    [
        "# Thank you\n\n{tag}\n\nSee you soon.",
        "<mj-section><mj-column><mj-text>Thank you</mj-text>{tag}<mj-text>See you soon.</mj-text></mj-column></mj-section>",
    ],
)
def test_each_reader_is_asked_by_a_link_of_their_own_and_who_is_to_be_left_alone_reads_the_rest(
    survey, mailserver, body
):
    people = [make_reader(number) for number in ("1", "2", "3")]
    Case.objects.create(
        customer=people[1], severity=1, kind=next(iter(KINDS)), opened_at=MORNING, due_at=MORNING
    )
    Invitation.objects.create(
        token="lately",
        survey=survey,
        collector=survey.collectors.create(kind="email", token="x", created_at=MORNING),
        customer=people[2],
        created_at=MORNING,
        sent_at=MORNING - timedelta(days=6),
    )
    template = make_template(survey, body=body)
    ask(template, *people)

    turn()

    mails = read_mails(mailserver)
    made = Invitation.objects.exclude(token="lately").get()
    assert (made.customer, made.sent_at, made.reason) == (people[0], MORNING, "message")
    html, text = mails["p1@example.com"]
    link = f"http://127.0.0.1:8000/s/{made.token}/?a.q1=4"
    assert QUESTION in html
    assert link in html.replace("&amp;", "&")
    assert link in text
    for other in ("p2@example.com", "p3@example.com"):
        assert "/s/" not in "".join(mails[other])
        assert "See you soon." in mails[other][1]
        assert QUESTION not in mails[other][0]


def test_prepared_again_it_is_the_same_invitation_and_a_closed_survey_asks_nobody(survey, mailserver):
    template = make_template(survey)
    ask(template, make_reader("1"))
    claimed = outbox.claim(kind=NORMAL, sender=ME, limit=10)
    prepare(claimed)
    prepare(claimed)
    assert Invitation.objects.count() == 1
    assert Invitation.objects.get().sent_at is None  # nothing went out yet

    survey.state = "closed"
    survey.save()
    ask(template, make_reader("2"), step="2")
    turn()
    assert [QUESTION in html for html, _text in read_mails(mailserver).values()] == [False]
    assert Message.objects.filter(state="sent").count() == 1


def test_a_manager_puts_it_in_by_pressing_its_name_and_sees_the_true_question(survey, manager, client_as):
    chips = {one.label: one.piece for _group, found in list_chips() for one in found}
    assert list_askable() == [survey]
    assert chips[survey.name] == f"{{% render '{name_block(survey)}' %}}"
    assert not any("survey.choices" in piece for piece in chips.values())

    template = make_template(survey)
    page = client_as(manager, HTTP_ACCEPT_LANGUAGE="en").get(
        reverse("message-template", args=[template.uuid])
    )
    [shown] = page.context["previews"]
    assert QUESTION in shown.rendered.html


def test_a_survey_that_is_not_there_is_named_as_wrong(survey):
    survey.uuid = UUID("00000000-0000-4000-8000-0000deadbeef")
    with pytest.raises(TemplateWrong, match="survey-deadbeef"):
        make_template(survey)
