from datetime import UTC, datetime, timedelta

from django.test import Client
from tests.cast import PASSWORD

from wafaa.access.sessions.actions import end_session, end_sessions, forget_expired
from wafaa.access.sessions.models import Session
from wafaa.access.sessions.queries import list_sessions
from wafaa.access.sessions.store import digest
from wafaa.access.staff.actions import change_staff, sign_out_everywhere
from wafaa.access.staff.rules import Role
from wafaa.kit import clock
from wafaa.kit.clock import fixed_at


def confirm(client: Client) -> None:
    client.post("/account/confirm/", {"password": PASSWORD, "next": "/account/"})


NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"
CHROME = (
    "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Mobile Safari/537.36"
)


def sign_in_by_form(email: str, agent: str, address: str) -> Client:
    client = Client(HTTP_USER_AGENT=agent, REMOTE_ADDR=address)
    assert client.post("/sign-in/", {"login": email, "password": PASSWORD}).status_code == 302
    return client


def test_the_cookies_key_stands_nowhere_in_the_database(owner, client_as):
    client = client_as(owner)
    key = client.cookies["sessionid"].value

    row = Session.objects.get()
    assert row.session_key == digest(key)
    assert key not in row.session_data
    assert client.get("/account/").status_code == 200


def test_the_digest_itself_opens_nothing(owner, client_as):
    client_as(owner)
    thief = Client()
    thief.cookies["sessionid"] = Session.objects.get().session_key

    assert thief.get("/account/").status_code == 302


def test_a_row_knows_whose_it_is_and_whence_without_the_machine(owner):
    sign_in_by_form("noura@example.com", FIREFOX, "203.0.113.7")

    row = list_sessions(owner.pk).get()
    assert (row.device, row.network) == ("Firefox, Windows", "203.0.113.0/24")
    assert row.opened_at is not None
    assert row.seen_at is not None


def test_signing_in_gives_a_new_key(owner, client):
    client.get("/forgotten-password/x/y/")
    client.post("/sign-in/", {"login": "noura@example.com", "password": "wrong"})
    session = client.session
    session["planted"] = 1
    session.save()
    client.cookies["sessionid"] = session.session_key
    client.post("/sign-in/", {"login": "noura@example.com", "password": PASSWORD})

    assert client.cookies["sessionid"].value != session.session_key
    assert not Session.objects.filter(session_key=digest(session.session_key)).exists()


def test_two_hours_without_a_click_end_a_session(owner, client_as):
    start = clock.now()
    with fixed_at(start):
        client = client_as(owner)
        assert client.get("/account/").status_code == 200
    with fixed_at(start + timedelta(minutes=110)):
        assert client.get("/account/").status_code == 200
    with fixed_at(start + timedelta(minutes=220)):
        assert client.get("/account/").status_code == 200
    with fixed_at(start + timedelta(minutes=345)):
        assert client.get("/account/").status_code == 302
    assert not Session.objects.filter(staff=owner).exists()


def test_after_twelve_hours_one_signs_in_again_however_busy_one_was(owner, client_as):
    start = clock.now()
    with fixed_at(start):
        client = client_as(owner)
    for hour in range(1, 12):
        with fixed_at(start + timedelta(hours=hour)):
            assert client.get("/account/").status_code == 200
    with fixed_at(start + timedelta(hours=12, minutes=1)):
        assert client.get("/account/").status_code == 302


def test_a_page_within_the_minute_writes_nothing(owner, client_as):
    client = client_as(owner)
    client.get("/account/")
    before = Session.objects.get().seen_at

    client.get("/account/")

    assert Session.objects.get().seen_at == before


def test_one_sees_and_ends_ones_own_sessions_only(owner, agent, client_as):
    client, other = client_as(owner), client_as(owner)
    client_as(agent)
    theirs = list_sessions(agent.pk).get()

    confirm(client)
    client.post("/account/sessions/end/", {"session": theirs.session_key})
    assert list_sessions(agent.pk).count() == 1

    mine = digest(other.cookies["sessionid"].value)
    assert client.get("/account/").content.decode().count("/account/sessions/end/") == 1
    client.post("/account/sessions/end/", {"session": mine})
    assert other.get("/account/").status_code == 302
    assert client.get("/account/").status_code == 200


def test_all_others_end_and_this_one_stays(owner, client_as):
    client, second, third = client_as(owner), client_as(owner), client_as(owner)

    client.post("/account/sessions/end-others/")
    assert second.get("/account/").status_code == 200  # the password was not typed once more
    confirm(client)
    client.post("/account/sessions/end-others/")

    assert [one.get("/account/").status_code for one in (client, second, third)] == [200, 302, 302]


def test_an_owner_signs_somebody_out_everywhere(owner, agent, client_as):
    client = client_as(agent)

    assert sign_out_everywhere(staff=agent, by=owner) == 1

    assert client.get("/account/").status_code == 302


def test_who_was_stopped_finds_the_old_session_dead_even_when_let_in_again(owner, agent, client_as):
    client = client_as(agent)
    change_staff(staff=agent, name=agent.name, role=Role.AGENT, is_active=False, by=owner)
    change_staff(staff=agent, name=agent.name, role=Role.AGENT, is_active=True, by=owner)

    assert client.get("/account/").status_code == 302


def test_expired_rows_are_cleaned_away(owner, client_as):
    client_as(owner)
    assert forget_expired() == 0
    with fixed_at(clock.now() + timedelta(hours=13)):
        assert forget_expired() == 1


def test_ending_what_has_ended_says_so(owner):
    assert end_session(staff_id=owner.pk, session_id="x") is False
    assert end_session(staff_id=owner.pk, session_id="\x00") is False
    assert end_sessions(staff_id=owner.pk) == 0
