"""The list of cases, one of them, the panel, the menu's badge, and the mail to whom one is given."""

import uuid
from copy import deepcopy

import pytest
from django.core import mail
from django.urls import reverse
from procrastinate.contrib.django.models import ProcrastinateJob
from tests.build import make_business, make_customer, make_order, tell
from tests.worlds import world

from wafaa.act.cases.actions import close_case, take_case
from wafaa.act.cases.models import Case, CaseLine
from wafaa.act.cases.queries import get_target
from wafaa.act.cases.rules import Office
from wafaa.act.cases.tasks import tell_owner
from wafaa.act.cases.tests.build import DAY, HOUR, MORNING, answered, open_case, reviewed
from wafaa.kit import clock

ENGLISH = {"HTTP_ACCEPT_LANGUAGE": "en"}


def make_case():
    make_business(time_zone="Asia/Riyadh", currency="SAR")
    with clock.fixed_at(MORNING):
        make_customer("C1", name="سارة القحطاني", phone="+966501234567", at=MORNING - DAY)
        make_order("O77", customer="C1", at=MORNING - 3 * DAY)
        tell(answered(nps=9, is_low=False, at=MORNING - 2 * DAY, lowest=None, answers=[]))
        tell(answered(who="anonymous:x", is_anonymous=True, store="JED", touchpoint="web"))
        return open_case(order_id="O77")


made = world(make_case)


@pytest.fixture
def case(made, db):
    with clock.fixed_at(MORNING):
        yield deepcopy(made)


@pytest.fixture
def desk(agent, client_as, case):
    return client_as(agent, **ENGLISH)


def list_names(response):
    return [row["customer"] for row in response.context["rows"]]


def test_the_list_shows_who_said_what_and_how_much_time_is_left(desk, case):
    page = desk.get("/cases/")

    assert list_names(page) == ["", "سارة القحطاني"]
    told = page.content.decode()
    assert "Somebody we don't know" in told
    assert "تأخّر الطلب كثيرًا" in told
    assert "Would recommend: 3 of 10" in told
    assert "24 hours left" in told
    assert "Time to answer, day and night: very unhappy: 4 hours; unhappy: 24 hours" in told


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("q=سارَة", ["سارة القحطاني"]),
        ("q=تاخر الطلب", ["", "سارة القحطاني"]),
        ("q=nobody", []),
        ("store=JED", [""]),
        ("touchpoint=delivery&agent=Huda", ["سارة القحطاني"]),
        (f"survey={uuid.UUID(int=7)}", ["", "سارة القحطاني"]),
        ("survey=x&store=unknown&page=z&order=;drop&which=all", ["", "سارة القحطاني"]),
        ("order=-severity", ["", "سارة القحطاني"]),
        ("which=mine", []),
        ("which=overdue", []),
        ("which=done", []),
    ],
)
def test_the_list_is_searched_and_narrowed(desk, query, names):
    assert list_names(desk.get(f"/cases/?{query}")) == names


def test_overdue_is_shown_calmly_and_counted_in_the_menu(desk, case):
    Case.objects.update(due_at=MORNING - DAY)
    page = desk.get("/cases/?which=overdue")

    assert len(page.context["rows"]) == 2
    assert "24 hours over" in page.content.decode()
    assert "2 cases wait" in page.content.decode()


def test_a_case_tells_what_was_said_and_the_customers_story(desk, case):
    told = desk.get(reverse("case", args=[case.uuid])).content.decode()

    for words in (
        "كم تنصح بنا؟",
        "تأخّر الطلب كثيرًا",
        "O77",
        "+966501234567",
        "Would recommend: 9 of 10",
        "Take it on",
    ):
        assert words in told


def test_from_taking_on_to_done_by_pressing(desk, case, agent, manager):
    def press(name, **told):
        return desk.post(reverse(name, args=[case.uuid]), told, follow=True)

    assert "The case is yours." in press("case-take").content.decode()
    key = str(uuid.uuid4())
    press("case-note", text="سأتصل غدًا", key=key)
    press("case-note", text="سأتصل غدًا", key=key)
    press("case-contact", text="", key="not a key")
    press("case-contact", text="وعدتها بالشحن")
    refused = press("case-close", outcome="", cause="delivery")
    assert refused.status_code == 422
    press("case-close", outcome="وصل الطلب", cause="delivery")

    case.refresh_from_db()
    assert (case.owner, case.outcome, case.cause) == (agent, "وصل الطلب", "delivery")
    assert [one.deed for one in CaseLine.objects.order_by("id")] == ["take", "note", "contact", "close"]
    line = CaseLine.objects.latest("id")
    assert "It is undone." in press("case-undo", line=str(line.pk)).content.decode()
    assert press("case-undo", line="١").status_code == 200
    case.refresh_from_db()
    assert case.is_open


def test_the_second_who_takes_it_is_told_who_was_first(desk, case, manager):
    take_case(case=case, by=manager)

    told = desk.post(reverse("case-take", args=[case.uuid]), follow=True).content.decode()

    assert "James Hill has just taken this case on." in told


def test_whoever_is_given_a_case_gets_a_mail_without_what_was_said(desk, case, manager, settings):
    settings.EMAIL_HOST = "mail.example"
    desk.post(reverse("case-assign", args=[case.uuid]), {"owner": manager.pk})

    job = ProcrastinateJob.objects.get(task_name="wafaa.act.cases.tasks.tell_owner")
    tell_owner(**job.args)
    (sent,) = mail.outbox
    assert sent.to == ["james@example.com"]
    assert f"http://testserver/cases/{case.uuid}/" in sent.body
    assert "تأخّر" not in sent.body
    close_case(case=case, outcome="x", cause="other", by=manager)
    tell_owner(**job.args)
    assert len(mail.outbox) == 1


def test_the_panel_and_the_file(desk, case, owner, analyst, client_as):
    customer = case.customer
    panel = desk.get(reverse("customer-panel-cases", args=[customer.uuid]), HTTP_HX_REQUEST="true")
    assert "A low answer in a survey" in panel.content.decode()
    assert (
        reverse("customer-panel-cases", args=[customer.uuid])
        in desk.get(reverse("customer", args=[customer.uuid])).content.decode()
    )
    file = b"".join(client_as(owner).get("/cases/export/?format=csv").streaming_content).decode()
    assert file.count("\n") == 3
    assert "تأخّر الطلب كثيرًا" in file
    assert client_as(analyst).get("/cases/export/?format=csv").status_code == 404


def test_hostile_words_are_shown_as_words_and_stay_out_of_formulas(desk, case, owner, client_as):
    tell(reviewed(title="<script>alert(1)</script>", text="=cmd|'/c calc'!A1", who="C1"))

    told = desk.get(reverse("case", args=[case.uuid])).content.decode()
    assert "<script>alert" not in told
    assert "&lt;script&gt;alert" in told
    tell(reviewed(title="", text="=1+1", who="anonymous:z"))
    file = b"".join(client_as(owner).get("/cases/export/?format=csv").streaming_content).decode()
    assert ",=1+1" not in file


def test_the_clock_is_set_in_hours_of_the_office(case, owner, client_as):
    form = {
        "high": 2,
        "normal": 8,
        "low": 40,
        "counts_office": "on",
        "opens": "08:30",
        "closes": "17:00",
        "days": ["7", "1"],
    }
    page = client_as(owner, **ENGLISH).post("/cases/settings/", form, follow=True)

    assert get_target().office == Office(opens=510, closes=1020, days=(1, 7))
    assert "counted while the office is open" in page.content.decode()
    wrong = client_as(owner).post("/cases/settings/", {**form, "closes": "08:00", "days": []})
    assert wrong.status_code == 422
    tell(answered(who="anonymous:q", nps=0))
    assert Case.objects.latest("id").due_at == MORNING + 2 * HOUR
