"""The weekly mail, through a real mail server: once a week, never lost without a word."""

import re
import smtplib
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from wafaa.access.audit.models import Change
from wafaa.kit import clock
from wafaa.show.console.tests.shop import NOW, shop
from wafaa.show.sending.actions import set_weekly_mail
from wafaa.show.sending.delivering import claim_due_mails, send_again, send_delivery
from wafaa.show.sending.models import Delivery, WeeklyMail
from wafaa.show.sending.rules import State, find_due, find_week

__all__ = ["shop"]

RIYADH = ZoneInfo("Asia/Riyadh")
SITE = "https://shop.example/"
ENGLISH = {"HTTP_ACCEPT_LANGUAGE": "en"}


def wish(staff, *, before=timedelta(days=1), **changes):
    """A mail for right now, switched on a day ago."""
    local = NOW.astimezone(RIYADH)
    with clock.fixed_at(NOW - before):
        return set_weekly_mail(
            staff=staff,
            is_on=True,
            weekday=local.isoweekday(),
            hour=local.hour,
            site=SITE,
            by=staff,
            **changes,
        )


def test_a_mail_is_due_at_its_weekday_and_hour_in_the_business_zone():
    sunday_nine = datetime(2026, 3, 1, 9, tzinfo=RIYADH)
    asked = {"weekday": 7, "hour": 9, "zone": RIYADH}

    assert find_due(**asked, now=sunday_nine.astimezone(UTC)) == sunday_nine
    assert find_due(**asked, now=sunday_nine - timedelta(seconds=1)) == sunday_nine - timedelta(days=7)
    assert find_due(**asked, now=sunday_nine + timedelta(days=6, hours=23)) == sunday_nine
    assert str(find_week(sunday_nine, RIYADH)) == "2026-02-23"


def test_the_hour_stays_when_the_clocks_change():
    london = ZoneInfo("Europe/London")
    due = find_due(weekday=7, hour=9, zone=london, now=datetime(2026, 3, 29, 12, tzinfo=UTC))

    assert due == datetime(2026, 3, 29, 8, tzinfo=UTC)  # summer time began that night


@pytest.mark.parametrize("language", ["ar", "en"])
def test_the_mail_says_in_the_readers_language_what_today_says(language, shop, owner, mailbox):
    owner.language = language
    owner.save()
    wish(owner)

    with clock.fixed_at(NOW):
        assert len(claim_due_mails()) == 1
        assert mailbox.deliver() == 1

    [mail] = mailbox.mails
    html = mail.get_body(("html",)).get_content()
    text = mail.get_body(("plain",)).get_content()
    assert mail.get_content_type() == "multipart/related"
    assert f'lang="{language}" dir="{"rtl" if language == "ar" else "ltr"}"' in html
    said = "Of 30 customers who were live" if language == "en" else "من أصل"
    assert language == "ar" or said in re.sub("<[^>]+>", "", html)
    assert language == "ar" or said in re.sub("[\u2066-\u2069]", "", text)
    assert "<" not in text
    assert "&" not in text
    assert len(re.findall("[\u2066-\u2068]", text)) == text.count("\u2069") > 5
    assert "https://shop.example/reports/retention_rate/?period=30" in html
    pictures = [part for part in mail.walk() if part.get_content_type() == "image/png"]
    assert len(pictures) == 2
    for number, picture in enumerate(pictures):
        assert picture["Content-ID"] == f"<chart{number}@wafaa>"
        assert f"cid:chart{number}@wafaa" in html
        assert picture.get_content().startswith(b"\x89PNG")
    assert mailbox.recipients == [[owner.email]]
    assert Delivery.objects.get().state == State.SENT
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_links_lead_to_the_address_that_the_operator_named(shop, owner, mailbox, settings):
    settings.CSRF_TRUSTED_ORIGINS = ["https://*.example", "https://figures.example"]
    wish(owner)

    with clock.fixed_at(NOW):
        claim_due_mails()
        mailbox.deliver()

    [mail] = mailbox.mails
    html = mail.get_body(("html",)).get_content()
    assert set(re.findall(r'href="(https?://[^/]+)/', html)) == {"https://figures.example"}
    assert mail["List-Unsubscribe"].strip().startswith("<https://figures.example/weekly/stop/")


def test_one_person_gets_one_mail_a_week_however_often_one_looks(shop, owner, mailbox):
    wish(owner)
    with clock.fixed_at(NOW):
        for _again in range(3):
            claim_due_mails()
        mailbox.deliver()
        send_delivery(Delivery.objects.get().pk)
        # another day of the same week changes nothing about this week
        WeeklyMail.objects.update(
            weekday=(NOW - timedelta(days=1)).isoweekday(), since=NOW - timedelta(days=3)
        )
        claim_due_mails()

    weeks = set(Delivery.objects.values_list("week", flat=True))
    assert Delivery.objects.count() == len(weeks)
    assert len(mailbox.mails) == 1
    with clock.fixed_at(NOW + timedelta(days=7)):
        claim_due_mails()
        mailbox.deliver()
    assert len(mailbox.mails) == 2


def test_no_mail_is_due_from_before_it_was_switched_on_or_of_long_ago(shop, owner, mailbox):
    wish(owner, before=timedelta(0))
    with clock.fixed_at(NOW + timedelta(minutes=1)):
        assert claim_due_mails() == []
    with clock.fixed_at(NOW + timedelta(days=7 + 2, hours=1)):
        assert claim_due_mails() == []


def test_whoever_may_not_see_figures_or_sign_in_gets_none(shop, analyst, mailbox):
    wish(analyst)
    with clock.fixed_at(NOW):
        claim_due_mails()
        analyst.role = "cashier"
        analyst.save()
        mailbox.deliver()

    assert (Delivery.objects.get().state, mailbox.mails) == (State.SKIPPED, [])


def test_a_server_that_is_not_there_is_tried_again(shop, owner, mailbox, settings):
    wish(owner)
    right_port = settings.EMAIL_PORT
    with clock.fixed_at(NOW):
        [delivery] = claim_due_mails()
        settings.EMAIL_PORT = 1
        with pytest.raises(ConnectionRefusedError):
            send_delivery(delivery.pk)
        assert Delivery.objects.get().state == State.WAITING
        settings.EMAIL_PORT = right_port
        send_delivery(delivery.pk)

    assert (Delivery.objects.get().state, len(mailbox.mails)) == (State.SENT, 1)


def answering(mailbox, answer: bytes | None) -> int:
    """The port of a server that answers the whole mail so, or breaks the connection."""

    async def talk(reader, writer):
        writer.write(b"220 hello\r\n")
        while line := (await reader.readline()).decode().strip():
            if line[:4].upper() == "DATA":
                writer.write(b"354 go on\r\n")
                await reader.readuntil(b"\r\n.\r\n")
                if answer is None:
                    break
                writer.write(answer)
            else:
                writer.write(b"250 fine\r\n")
            await writer.drain()
        writer.close()

    return mailbox.serve(talk)


def test_a_refusal_is_tried_again(shop, owner, mailbox, settings):
    wish(owner)
    right_port = settings.EMAIL_PORT
    with clock.fixed_at(NOW):
        [delivery] = claim_due_mails()
        settings.EMAIL_PORT = answering(mailbox, b"451 later\r\n")
        with pytest.raises(smtplib.SMTPResponseException):
            send_delivery(delivery.pk)
        assert (Delivery.objects.get().state, Delivery.objects.get().error) == (
            State.WAITING,
            "SMTPDataError",
        )
        settings.EMAIL_PORT = right_port
        send_delivery(delivery.pk)

    assert (Delivery.objects.get().state, len(mailbox.mails)) == (State.SENT, 1)


def test_a_mail_whose_server_hung_up_is_neither_doubled_nor_lost_without_a_word(
    shop, owner, client_as, mailbox, settings
):
    wish(owner)
    right_port = settings.EMAIL_PORT
    with clock.fixed_at(NOW):
        [delivery] = claim_due_mails()
        settings.EMAIL_PORT = answering(mailbox, None)
        send_delivery(delivery.pk)
        settings.EMAIL_PORT = right_port
        send_delivery(delivery.pk)
        assert (Delivery.objects.get().state, mailbox.mails) == (State.UNCLEAR, [])

    client = client_as(owner, **ENGLISH)
    assert "have it sent again" in client.get(reverse("weekly")).content.decode()
    client.post(reverse("weekly-again"))
    with clock.fixed_at(NOW):
        send_delivery(delivery.pk)
    assert (Delivery.objects.get().state, len(mailbox.mails)) == (State.SENT, 1)
    assert not send_again(delivery)


def test_a_worker_killed_while_it_hands_over_leaves_the_mail_unclear(shop, owner, mailbox):
    wish(owner)
    with clock.fixed_at(NOW):
        [delivery] = claim_due_mails()
        Delivery.objects.update(state=State.SENDING)  # as the killed worker left it

        send_delivery(delivery.pk)

    assert (Delivery.objects.get().state, mailbox.mails) == (State.UNCLEAR, [])


def test_one_press_ends_the_mail_and_looking_does_not(shop, owner, client_as, mailbox):
    wish(owner)
    with clock.fixed_at(NOW):
        claim_due_mails()
        mailbox.deliver()
    address = mailbox.mails[0]["List-Unsubscribe"].strip(" <>").removeprefix("https://shop.example")
    stranger = client_as(None, **ENGLISH)
    stranger.handler.enforce_csrf_checks = True

    assert "One press" in stranger.get(address).content.decode()
    assert WeeklyMail.objects.get().is_on
    response = stranger.post(
        address, "List-Unsubscribe=One-Click", content_type="application/x-www-form-urlencoded"
    )

    assert response.status_code == 200
    assert not WeeklyMail.objects.get().is_on
    change = Change.objects.filter(deed="set_weekly_mail").first()
    assert (change.via, change.after["is_on"]) == ("List-Unsubscribe", False)
    assert stranger.post(address[:-5] + "xxxx/").status_code == 404


def test_everybody_sets_their_own_mail_and_the_owner_that_of_others(shop, owner, analyst, client_as):
    own = client_as(analyst, **ENGLISH)
    own.post(reverse("weekly"), {"is_on": "on", "weekday": "1", "hour": "7"})
    assert (WeeklyMail.objects.get().staff, WeeklyMail.objects.get().hour) == (analyst, 7)
    assert (
        own.post(
            reverse("weekly-of", args=[owner.pk]), {"is_on": "on", "weekday": "1", "hour": "7"}
        ).status_code
        == 403
    )
    assert WeeklyMail.objects.count() == 1

    client = client_as(owner, **ENGLISH)
    assert "Monday 07:00" in client.get(reverse("weekly")).content.decode()
    with CaptureQueriesContext(connection) as queries:
        client.get(reverse("weekly"))
    assert len([one for one in queries if "show_sending_weeklymail" in one["sql"]]) == 2
    client.post(reverse("weekly-of", args=[analyst.pk]), {"weekday": "1", "hour": "7"})
    assert not WeeklyMail.objects.get().is_on
    assert Change.objects.filter(deed="set_weekly_mail", subject="Ana Costa").count() == 2
