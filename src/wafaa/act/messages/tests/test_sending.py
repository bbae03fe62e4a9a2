"""From asking for messages to a mail server: once each, through the gate, with every answer kept."""

from datetime import UTC, datetime, timedelta

import pytest
from tests.build import make_event, tell

from wafaa.act.messages.actions import change_settings, release_due, suppress_address
from wafaa.act.messages.delivering import LANES
from wafaa.act.messages.models import Link, Look, Message, Suppression
from wafaa.act.messages.queries import count_states, count_whys
from wafaa.act.messages.rules import Cause, Person
from wafaa.act.messages.tests.samples import (
    ME,
    TEXTS,
    ask,
    list_told,
    make_reader,
    make_shop,
    make_template,
    turn,
)
from wafaa.act.messages.tracking import find_hosts, rewrite_only
from wafaa.act.messages.words import say_why
from wafaa.kit import clock
from wafaa.stream import outbox
from wafaa.stream.models import Effect

pytestmark = pytest.mark.django_db

MORNING = datetime(2026, 11, 22, 7, tzinfo=UTC)  # ten in Riyadh
EVENING = datetime(2026, 11, 22, 19, 55, tzinfo=UTC)  # 22:55


@pytest.fixture(autouse=True)
def shop():
    make_shop()
    with clock.fixed_at(MORNING):
        yield


def states():
    return dict(Message.objects.values_list("customer__external_id", "state"))


def test_a_message_goes_from_asking_to_a_mail_server_and_is_told(mailserver):
    reader = make_reader(name="نورة الحربي", language="ar")

    sent = ask(make_template(), Person(customer_id=reader.pk, values={"order": {"number": "SO-77"}}))
    came = turn()

    assert (sent.counts, sent.known, came) == ({"queued": 1}, 0, [("delivered", "")])
    (mail,) = mailserver.mails
    assert (mail["Subject"], mail["To"]) == ("مرحبًا نورة", "p1@example.com")
    assert "SO-77" in mail.get_body(("plain",)).get_content()
    assert "SO-77" in mail.get_body(("html",)).get_content()
    row = Message.objects.get()
    assert (row.state, row.why, row.language, row.template_number) == ("sent", "", "ar", 1)
    assert (row.settled_at, row.is_unsure) == (MORNING, False)
    assert mail["Message-ID"] == f"<{row.uuid}@localhost>"
    ((name, distinct_id, told),) = list_told("Message Sent")
    assert (name, distinct_id, told["message_id"], told["reason"]) == (
        "Message Sent",
        "1",
        str(row.uuid),
        "campaign",
    )


def test_what_may_be_unsubscribed_from_says_how_and_a_receipt_does_not(mailserver):
    reader = make_reader()
    template = make_template()

    ask(template, reader)
    ask(template, reader, reason="receipts", purpose="service", lane="urgent")
    turn()

    receipt, offer = mailserver.mails
    assert receipt["List-Unsubscribe"] is None
    assert offer["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert offer["List-Unsubscribe"].startswith("<http://127.0.0.1:8000/u/")


def test_the_same_step_is_sent_once_however_often_it_is_asked_for(mailserver):
    reader, template = make_reader(), make_template()

    first = ask(template, reader, reader)
    again = ask(template, reader)
    turn()
    after = ask(template, reader)
    next_step = ask(template, reader, step="2", purpose="service")
    turn()

    assert (first.counts, first.known) == ({"queued": 1}, 1)
    assert [(one.counts, one.known) for one in (again, after)] == [({}, 1), ({}, 1)]
    assert next_step.counts == {"queued": 1}
    assert len(mailserver.mails) == 2


def test_each_refusal_is_kept_with_its_reason_and_told(mailserver):
    template = make_template()
    people = [
        make_reader("no_address", email=""),
        make_reader("no_consent", consents=()),
        make_reader("suppressed"),
        make_reader("control"),
        make_reader("fine"),
    ]
    suppress_address(channel="email", address="PSUPPRESSED@example.com", cause=Cause.COMPLAINT)
    wanted = [
        Person(customer_id=one.pk, verdict="universal" if one.external_id == "control" else "")
        for one in people
    ]

    sent = ask(template, *wanted)

    assert sent.counts == {"refused": 4, "queued": 1}
    whys = dict(Message.objects.values_list("customer__external_id", "why"))
    assert whys == {
        "no_address": "no_address",
        "no_consent": "no_consent",
        "suppressed": "suppressed_complaint",
        "control": "control",
        "fine": "",
    }
    control = Message.objects.get(why="control").trace[0]["asked"]
    assert control == [
        ["consent", "pass"],
        ["suppression", "pass"],
        ["blocker", "pass"],
        ["control", "refuse", {"why": "control", "group": "universal"}],
    ]
    assert count_whys("campaign")[0] == ("refused", "control", 1)
    assert {told["why"] for _name, _who, told in list_told("Message Refused")} == set(whys.values()) - {""}


def test_who_withdraws_between_asking_and_sending_gets_nothing(mailserver):
    reader = make_reader()
    ask(make_template(), reader)
    tell(
        make_event(
            "Consent Withdrawn",
            distinct_id="1",
            at=MORNING,
            properties={"channel": "email", "purpose": "marketing"},
        )
    )

    assert turn() == [("cancelled", "no_consent")]

    row = Message.objects.get()
    assert (mailserver.mails, row.state, row.why) == ([], "refused", "no_consent")
    assert [line["then"] for line in row.trace] == ["queued", "refused"]


def test_at_night_an_offer_waits_for_the_morning_and_a_receipt_does_not(mailserver):
    reader, template = make_reader(), make_template()
    with clock.fixed_at(EVENING):
        assert ask(template, reader).counts == {"held": 1}
        assert ask(template, reader, reason="receipts", purpose="service", lane="urgent").counts == {
            "queued": 1
        }
        assert turn() == [("delivered", "")]
        assert release_due() == 0

    row = Message.objects.get(state="held")
    assert row.due_at == datetime(2026, 11, 23, 6, tzinfo=UTC)  # nine in Riyadh
    assert row.trace[0]["asked"][-1] == [
        "hours",
        "wait",
        {"until": "2026-11-23T06:00:00+00:00", "zone": "Asia/Riyadh", "hours": "09:00-22:00"},
    ]
    with clock.fixed_at(row.due_at):
        assert release_due() == 1
        assert turn() == [("delivered", "")]
    assert len(mailserver.mails) == 2


def test_what_is_still_in_the_outbox_at_night_waits_there(mailserver):
    reader = make_reader()
    ask(make_template(), reader)

    with clock.fixed_at(EVENING):
        assert turn() == [("deferred", "")]
        assert turn() == []

    assert (mailserver.mails, Message.objects.get().state, Message.objects.get().why) == (
        [],
        "queued",
        "hours",
    )
    effect = Effect.objects.get()
    assert (effect.state, effect.attempts, effect.due_at) == (
        "pending",
        0,
        datetime(2026, 11, 23, 6, tzinfo=UTC),
    )
    with clock.fixed_at(effect.due_at):
        assert turn() == [("delivered", "")]


def test_the_budget_lets_the_weightier_pass_and_the_lesser_wait_or_lapse(mailserver):
    reader, template = make_reader(), make_template()

    ask(template, reader, reason="lesser", priority=1, deadline=MORNING + timedelta(hours=5))
    ask(template, reader, reason="weighty", priority=9)
    ask(template, reader, reason="later", priority=5, deadline=MORNING + timedelta(days=3))
    release_due()
    turn()

    assert count_states("lesser") == {"held": 1}
    assert count_states("weighty") == {"sent": 1}
    later = Message.objects.get(sending__reason="later")
    assert (later.state, later.why, later.due_at) == ("held", "budget", MORNING + timedelta(days=1))
    lesser = Message.objects.get(sending__reason="lesser")
    assert [line["then"] for line in lesser.trace] == ["queued", "held", "held"]
    assert lesser.trace[1]["asked"] == [["budget", "wait", {"why": "gave_way"}]]
    with clock.fixed_at(MORNING + timedelta(hours=5)):
        release_due()
    assert count_whys("lesser") == [("lapsed", "deadline", 1)]
    with clock.fixed_at(MORNING + timedelta(days=1)):
        release_due()
        turn()
    assert count_states("later") == {"sent": 1}
    assert len(mailserver.mails) == 2


def test_a_weightier_one_waits_while_a_lesser_one_is_in_hand(mailserver):
    reader, template = make_reader(), make_template()
    ask(template, reader, reason="lesser", priority=1, lane="bulk")
    bulk = LANES[2]
    (effect,) = outbox.claim(kind=bulk, sender=ME, limit=1)

    assert ask(template, reader, reason="weighty", priority=9).counts == {"held": 1}
    weighty = Message.objects.get(sending__reason="weighty")
    assert (weighty.why, weighty.due_at) == ("budget", MORNING + timedelta(minutes=1))
    assert weighty.trace[0]["asked"][-1][:2] == ["budget", "wait"]

    outbox.settle_all(kind=bulk, sender=ME, done=[(effect, bulk.prepare([effect])[effect.id]())])
    with clock.fixed_at(MORNING + timedelta(minutes=1)):
        release_due()
    weighty.refresh_from_db()
    assert (weighty.state, weighty.due_at, len(mailserver.mails)) == ("held", MORNING + timedelta(days=1), 1)


def test_of_those_that_come_due_together_the_weightiest_has_the_budget(mailserver):
    reader, template = make_reader(), make_template()
    with clock.fixed_at(EVENING):
        for reason, priority in (("light", 1), ("heavy", 9), ("middle", 5)):
            ask(template, reader, reason=reason, priority=priority)
    with clock.fixed_at(datetime(2026, 11, 23, 6, tzinfo=UTC)):
        release_due()
        turn()

    by_reason = dict(Message.objects.values_list("sending__reason", "state"))
    assert by_reason == {"light": "held", "heavy": "sent", "middle": "held"}


def test_what_is_due_later_is_asked_when_its_time_comes():
    reader = make_reader()
    sent = ask(make_template(), reader, due_at=MORNING + timedelta(hours=2))
    assert sent.counts == {"held": 1}
    assert release_due() == 0

    tell(
        make_event(
            "Consent Withdrawn",
            distinct_id="1",
            at=MORNING,
            properties={"channel": "email", "purpose": "marketing"},
        )
    )
    with clock.fixed_at(MORNING + timedelta(hours=2)):
        assert release_due() == 1

    assert count_whys("campaign") == [("refused", "no_consent", 1)]


def test_past_its_deadline_nothing_is_sent(mailserver):
    ask(make_template(), make_reader(), deadline=MORNING + timedelta(hours=1))

    with clock.fixed_at(MORNING + timedelta(hours=1)):
        assert turn() == [("cancelled", "deadline")]
    assert (mailserver.mails, Message.objects.get().state) == ([], "lapsed")


def test_what_nobody_sent_before_its_deadline_lapses():
    ask(make_template(), make_reader(), deadline=MORNING + timedelta(hours=1))

    with clock.fixed_at(MORNING + timedelta(hours=2)):
        assert release_due() == 1

    assert (Message.objects.get().state, Effect.objects.count()) == ("lapsed", 0)


def test_a_value_that_is_missing_is_not_sent_and_says_which(mailserver):
    template = make_template(
        {"en": {"email": {"subject": "Order {{ order.number }}", "html": "x", "text": "x"}}}
    )
    ask(template, make_reader())

    assert turn() == [("cancelled", "missing_values")]

    row = Message.objects.get()
    assert (mailserver.mails, row.state, row.why) == ([], "refused", "missing_values")
    assert row.trace[-1]["asked"] == [["content", "refuse", {"why": "missing", "names": ["order.number"]}]]


def test_blockers_that_rooms_register_stop_offers_and_no_receipt(settings, mailserver):
    settings.MESSAGE_BLOCKERS = ["wafaa.act.messages.tests.test_sending.block_all"]
    reader, template = make_reader(), make_template()

    ask(template, reader)
    ask(template, reader, reason="receipts", purpose="service")

    assert count_whys("campaign") == [("refused", "blocked_open_complaint", 1)]
    assert count_states("receipts") == {"queued": 1}


def block_all(customer_ids):
    return dict.fromkeys(customer_ids, "open_complaint")


def test_a_rate_is_kept_and_what_is_beyond_it_waits_its_turn(mailserver):
    change_settings(changes={"rates": {"smtp": 120}, "budgets": []}, by=None)
    ask(make_template(), *[make_reader(str(number)) for number in range(5)])

    assert sorted(turn()) == [("deferred", "")] * 3 + [("delivered", "")] * 2

    due = list(Effect.objects.filter(state="pending").order_by("due_at").values_list("due_at", flat=True))
    assert [(one - MORNING).total_seconds() for one in due] == [0.5, 1.0, 1.5]
    with clock.fixed_at(MORNING + timedelta(seconds=1)):
        assert turn() == [("delivered", "")] * 2


def test_a_domain_has_a_rate_of_its_own(mailserver):
    change_settings(changes={"rates": {"domain:slow.example": 60}, "budgets": []}, by=None)
    people = [make_reader(str(n), email=f"p{n}@slow.example") for n in range(2)]
    ask(make_template(), *people, make_reader("7"))

    assert sorted(turn()) == [("deferred", ""), ("delivered", ""), ("delivered", "")]


def test_who_waits_for_a_domain_takes_no_place_of_the_providers(mailserver):
    change_settings(changes={"rates": {"smtp": 120, "domain:slow.example": 1}, "budgets": []}, by=None)
    people = [make_reader(str(n), email=f"p{n}@slow.example") for n in range(2)]
    ask(make_template(), *people, make_reader("7"))

    assert sorted(turn()) == [("deferred", ""), ("delivered", ""), ("delivered", "")]
    assert sorted(to for to, _mail in mailserver.taken) == ["p0@slow.example", "p7@example.com"]


def test_one_that_cannot_be_prepared_holds_up_no_other(mailserver):
    ask(make_template({"ar-é": TEXTS["en"]}), make_reader())  # no header can name such a language
    ask(make_template(), make_reader("2"))

    assert sorted(turn()) == [("delivered", ""), ("failed", "not_prepared")]
    assert say_why("not_prepared") != "not_prepared"


def test_an_arabic_address_of_the_site_stops_no_mail(mailserver):
    change_settings(changes={"site": "https://متجر.السعودية"}, by=None)
    ask(make_template(), make_reader())

    assert turn() == [("delivered", "")]
    name = "متجر.السعودية".encode("idna").decode()
    assert mailserver.mails[0]["List-Unsubscribe"].startswith(f"<https://{name}/u/")


def test_a_line_that_breaks_again_after_a_mail_that_may_have_arrived_ends_it(mailserver):
    mailserver.answers["data:p1@example.com"] = "cut"
    ask(make_template(), make_reader())

    assert turn() == [("failed", "line_lost")]
    with clock.fixed_at(MORNING + timedelta(seconds=10)):
        assert turn() == [("parked", "line_lost")]
    with clock.fixed_at(MORNING + timedelta(days=2)):
        assert turn() == []

    row = Message.objects.get()
    assert (row.state, row.why, row.is_unsure) == ("failed", "line_lost", True)
    assert len(mailserver.taken) == 2


def test_a_mailbox_that_does_not_exist_is_written_down_and_never_tried_again(mailserver):
    reader, template = make_reader(), make_template()
    mailserver.answers["p1@example.com"] = "550 5.1.1 no such mailbox"

    ask(template, reader)
    assert turn() == [("parked", "mail_refused")]
    ask(template, reader, step="2", purpose="service")

    assert dict(Message.objects.values_list("step", "why")) == {"1": "mail_refused", "2": "suppressed_bounce"}
    assert Suppression.objects.get().cause == "bounce"
    assert [name for name, _who, _told in list_told("Message Failed", "Message Bounced")] == [
        "Message Failed",
        "Message Bounced",
    ]


def test_a_server_that_says_not_now_is_asked_again_and_the_others_pass(mailserver):
    change_settings(changes={"budgets": []}, by=None)
    mailserver.answers["p1@example.com"] = "451 4.7.1 greylisted, come back"

    ask(make_template(), make_reader(), make_reader("2"))

    assert sorted(turn()) == [("delivered", ""), ("failed", "not_now")]
    assert states() == {"1": "queued", "2": "sent"}
    mailserver.answers.clear()
    with clock.fixed_at(MORNING + timedelta(seconds=10)):
        assert turn() == [("delivered", "")]


def test_only_addresses_of_the_business_and_of_its_author_become_ours(mailserver):
    Look.objects.create(id=1, website="https://palm.example/")
    reader = make_reader(name="http://evil.example Nora")
    text = "{{ customer.first_name }} https://shop.example/a. {{ cart.url }} {{ product.url }}"
    template = make_template({"en": {"email": {"subject": "x", "html": "", "text": text}}})
    values = {"cart": {"url": "https://evil.example/x"}, "product": {"url": "https://www.palm.example/p"}}

    ask(template, Person(customer_id=reader.pk, values=values))
    turn()

    assert set(Link.objects.values_list("url", flat=True)) == {
        "https://shop.example/a",
        "https://www.palm.example/p",
    }
    assert "https://evil.example/x" in mailserver.mails[0].get_body(("plain",)).get_content()


@pytest.mark.parametrize(
    "url",
    [
        "https://palm.example@evil.example/",
        "https://evil.example\\@palm.example/",
        "https://palm.example.evil.example/",
        "https://palm.example:8443/",
        "javascript:alert(1)",
    ],
)
def test_no_spelling_of_an_address_passes_for_one_of_the_business(url):
    assert rewrite_only(lambda _url: "ours", find_hosts("see https://palm.example."))(url) == url
