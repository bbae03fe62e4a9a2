"""Cases by mail, each morning: who wants it, what stands in it, and when it does not come."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from tests.build import make_business, make_customer, tell

from wafaa.act.cases.actions import assign_case, change_target
from wafaa.act.cases.models import Case
from wafaa.act.cases.rules import Office, Target
from wafaa.act.cases.tests.build import DAY, HOUR, MORNING, answered
from wafaa.kit import clock
from wafaa.show.sending.actions import set_case_mail
from wafaa.show.sending.delivering import claim_due_mails
from wafaa.show.sending.models import Delivery
from wafaa.show.sending.rules import Kind, State

pytestmark = pytest.mark.django_db
SITE = "https://shop.example/"


@pytest.fixture
def case(agent):
    make_business(time_zone="Asia/Riyadh", name="Palm Roastery")
    make_customer("C1", name="سارة القحطاني", at=MORNING - 3 * DAY)
    with clock.fixed_at(MORNING - 2 * DAY):
        tell(answered(at=MORNING - 2 * DAY))
        assign_case(case=Case.objects.get(), to=agent, by=agent)
        set_case_mail(staff=agent, is_on=True, hour=10, site=SITE, by=agent)
    return Case.objects.get()


@pytest.mark.parametrize("language", ["ar", "en"])
def test_each_morning_ones_cases_come_without_names_once(case, agent, mailbox, language):
    agent.language = language
    agent.save()
    with clock.fixed_at(MORNING):  # ten in Riyadh
        assert len(claim_due_mails()) == 1
        assert claim_due_mails() == []
        mailbox.deliver()

    [mail] = mailbox.mails
    html, text = (mail.get_body((kind,)).get_content() for kind in ("html", "plain"))
    address = f"https://shop.example/cases/{case.uuid}/"
    assert f'href="{address}"' in html
    assert address in text
    assert f'dir="{"rtl" if language == "ar" else "ltr"}"' in html
    for secret in ("سارة", "تأخّر الطلب"):
        assert secret not in html + text
    if language == "en":
        words = re.sub("[\u2066-\u2069]", "", text)
        assert "1 case is yours. 1 case of everybody’s is overdue." in " ".join(words.split())
        assert "Would recommend: 3 of 10" in words
    delivery = Delivery.objects.get()
    assert (delivery.kind, delivery.state, str(delivery.week)) == (Kind.CASES, State.SENT, "2026-11-22")
    with clock.fixed_at(MORNING + DAY):
        assert len(claim_due_mails()) == 1


def test_nothing_comes_on_a_day_off_or_where_nothing_is_to_be_done(case, agent, mailbox):
    change_target(target=Target(hours={1: 72, 2: 24, 3: 4}, office=Office(days=(1, 2))), by=None)
    with clock.fixed_at(MORNING):  # a Sunday
        assert claim_due_mails() == []
    with clock.fixed_at(MORNING + DAY):
        Case.objects.all().delete()
        claim_due_mails()
        mailbox.deliver()
    assert ([one.state for one in Delivery.objects.all()], mailbox.mails) == ([State.SKIPPED], [])
    with clock.fixed_at(MORNING + 2 * DAY + 9 * HOUR):  # the machine slept: it would be of the morning
        assert claim_due_mails() == []


def test_it_is_switched_on_by_who_handles_cases_and_off_from_the_mail(
    case, agent, analyst, client_as, client, mailbox
):
    page = client_as(agent, HTTP_ACCEPT_LANGUAGE="en")
    assert page.get(reverse("case-mail")).context["form"].initial == {"is_on": True, "hour": 10}
    assert client_as(analyst).get(reverse("case-mail")).status_code in {302, 403, 404}
    assert page.post(reverse("case-mail"), {"is_on": "on", "hour": 99}).status_code == 422
    with clock.fixed_at(MORNING - timedelta(hours=5)):
        page.post(reverse("case-mail"), {"is_on": "on", "hour": 9})
    with clock.fixed_at(MORNING):
        claim_due_mails()
        mailbox.deliver()

    [mail] = mailbox.mails
    stop = re.sub(r"\s", "", mail["List-Unsubscribe"]).strip("<>").removeprefix("https://shop.example")
    assert client.get(stop).status_code == 200
    agent.refresh_from_db()
    assert agent.case_mail.is_on
    assert client.post(stop).status_code == 200
    agent.case_mail.refresh_from_db()
    assert not agent.case_mail.is_on
