import asyncio
import re
import threading
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob
from tests.cast import PASSWORD

from wafaa.access.audit.models import Change
from wafaa.access.staff.models import Staff
from wafaa.kit import clock
from wafaa.kit.clock import fixed_at

GOOD = "dates and cardamom coffee"


def ask(client: Client, email: str = "noura@example.com", **headers) -> str:
    return client.post("/forgotten-password/", {"email": email}, **headers).content.decode()


def read_link(mail) -> str:
    text = mail.get_body(("plain",)).get_content()
    return re.search(r"http://testserver(\S+)", text)[1]


def open_form(client: Client, link: str) -> str:
    """Follows the link to where the form stands; the token is no longer in that address."""
    answer = client.get(link)
    assert answer.status_code == 302
    return answer["Location"]


def test_a_forgotten_password_is_chosen_anew_by_a_link_in_a_mail(owner, client, client_as, mailbox):
    old_session = client_as(owner)

    assert "إن كان هذا العنوان" in ask(client)
    assert mailbox.deliver() == 1

    assert mailbox.recipients == [["noura@example.com"]]
    link = read_link(mailbox.mails[0])
    form = open_form(client, link)
    assert form.endswith("/set-password/")
    answer = client.post(form, {"password": GOOD}, follow=True)

    assert "ضُبطت كلمة المرور الجديدة" in answer.content.decode()
    owner.refresh_from_db()
    assert owner.check_password(GOOD)
    assert old_session.get("/account/").status_code == 302
    assert Change.objects.get().deed == "set_password"
    # and a second mail tells them
    assert mailbox.deliver() == 1
    assert mailbox.subjects[1] == "تغيّرت كلمة مرورك"


def test_the_mail_is_written_in_the_readers_language_as_text_and_as_html(owner, client, mailbox):
    Staff.objects.update(language="en")
    ask(client, HTTP_USER_AGENT="Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0", REMOTE_ADDR="203.0.113.9")
    mailbox.deliver()

    mail = mailbox.mails[0]
    text, html = (mail.get_body((kind,)).get_content() for kind in ("plain", "html"))
    assert mailbox.subjects[0] == "Choose a new password for Wafaa"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert 'dir="ltr"' in html
    assert "for 60 minutes" in text
    assert "203.0.113.0/24" in text
    assert read_link(mail) in html

    Staff.objects.update(language="ar")
    ask(client)
    mailbox.deliver()
    html = mailbox.mails[1].get_body(("html",)).get_content()
    assert 'lang="ar" dir="rtl"' in html
    assert mailbox.subjects[1] == "اختر كلمة مرور جديدة لوفاء"


def test_the_link_is_good_once(owner, client, mailbox):
    ask(client)
    mailbox.deliver()
    link = read_link(mailbox.mails[0])
    client.post(open_form(client, link), {"password": GOOD})

    again = Client().get(link)

    assert again.status_code == 200
    assert "لم يعد هذا الرابط صالحًا" in again.content.decode()


def test_an_older_link_dies_when_a_newer_one_was_used(owner, client, mailbox):
    ask(client)
    ask(client)
    mailbox.deliver()
    first, second = (read_link(mail) for mail in mailbox.mails)
    client.post(open_form(client, second), {"password": GOOD})

    assert Client().get(first).status_code == 200


def test_the_link_is_good_for_an_hour(owner, client, mailbox, settings):
    ask(client)
    mailbox.deliver()
    settings.PASSWORD_RESET_TIMEOUT = -1  # Django's own clock can't be moved: every link is too old now

    assert client.get(read_link(mailbox.mails[0])).status_code == 200


def test_a_weak_password_is_refused_and_the_link_stays_good(owner, client, mailbox):
    ask(client)
    mailbox.deliver()
    form = open_form(client, read_link(mailbox.mails[0]))

    for weak in ("short", "password1234", "noura@example.com"):
        assert "ضعيفة" in client.post(form, {"password": weak}).content.decode()

    owner.refresh_from_db()
    assert owner.check_password(PASSWORD)
    assert client.post(form, {"password": GOOD}).status_code == 302


@pytest.mark.parametrize("email", ["nobody@example.com", "huda@example.com"])
def test_nobody_learns_who_has_an_account(owner, agent, client, mailbox, email):
    Staff.objects.filter(id=agent.id).update(is_active=False)

    known = ask(client)
    other = ask(client, email)

    def without_token(page: str) -> str:
        return re.sub(r'(csrfmiddlewaretoken" value="|X-CSRFToken": ")\w+', "", page)

    assert without_token(known) == without_token(other)
    mailbox.deliver()
    assert mailbox.recipients == [["noura@example.com"]]


def test_the_page_asks_the_same_of_the_database_for_known_and_unknown(owner, client, mailbox):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    counts = []
    for email in ("noura@example.com", "nobody@example.com"):
        with CaptureQueriesContext(connection) as queries:
            ask(client, email)
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_a_mailbox_is_not_filled_by_asking_again_and_again(owner, client, mailbox):
    pages = [ask(client) for _ in range(4)]

    assert "محاولات كثيرة" in pages[3]
    assert mailbox.deliver() == 3
    with fixed_at(clock.now() + timedelta(days=366)):
        assert "محاولات كثيرة" not in ask(client)


def test_without_mail_the_page_names_the_command(client, db, settings):
    settings.EMAIL_HOST = ""

    page = client.get("/forgotten-password/").content.decode()

    assert "wafaa user password --email E" in page
    assert "wafaa user password --email E" in ask(client)


def test_a_made_up_link_says_that_it_is_no_longer_good(client, db):
    for link in ("/forgotten-password/MQ/abc-def/", "/forgotten-password/%C3%A4/x/"):
        assert "لم يعد هذا الرابط صالحًا" in client.get(link).content.decode()


def test_the_host_of_the_link_is_one_that_is_allowed(owner, client, mailbox):
    answer = client.post("/forgotten-password/", {"email": "noura@example.com"}, HTTP_HOST="evil.example")

    assert answer.status_code == 400
    assert mailbox.deliver() == 0


@pytest.mark.django_db(transaction=True)
def test_the_real_worker_takes_the_job_from_the_queue_and_sends_the_mail(owner, client, mailbox):
    ask(client)

    async def work() -> None:
        jobs = app.with_connector(app.connector.get_worker_connector())
        async with jobs.open_async():
            await jobs.run_worker_async(queues=["mail"], wait=False, install_signal_handlers=False)

    worker = threading.Thread(target=lambda: asyncio.run(work()))
    worker.start()
    worker.join(30)
    # its threads are gone, their connections wait for the collector; other tests want the database to themselves
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )

    assert mailbox.recipients == [["noura@example.com"]]
    assert client.get(read_link(mailbox.mails[0])).status_code == 302
    # what the worker does at its own times may still wait
    assert not ProcrastinateJob.objects.filter(task_name__startswith="wafaa.access", status="todo").exists()
    with connection.cursor() as cursor:  # committed, it would wait in the next test's queue
        cursor.execute("TRUNCATE procrastinate_jobs CASCADE")
