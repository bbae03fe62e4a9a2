import pytest
from tests.cast import PASSWORD

from wafaa.access.audit.models import Change

GOOD = "dates and cardamom coffee"


def confirm(client, password: str = PASSWORD):
    return client.post("/account/confirm/", {"password": password, "next": "/account/password/"})


@pytest.mark.parametrize("who", ["owner", "manager", "branch_manager", "cashier", "agent", "analyst"])
def test_everybody_has_an_account_page(cast, client_as, who):
    assert client_as(cast[who]).get("/account/").status_code == 200


def test_a_new_password_asks_for_the_old_one_first_and_keeps_this_browser_signed_in(
    owner, client_as, mailbox
):
    client, other = client_as(owner), client_as(owner)
    before = client.cookies["sessionid"].value
    assert client.get("/account/password/")["Location"] == "/account/confirm/?next=%2Faccount%2Fpassword%2F"
    assert client.post("/account/password/", {"password": GOOD}).status_code == 302
    owner.refresh_from_db()
    assert owner.check_password(PASSWORD)

    assert confirm(client)["Location"] == "/account/password/"
    assert client.post("/account/password/", {"password": GOOD})["Location"] == "/account/"

    owner.refresh_from_db()
    assert owner.check_password(GOOD)
    assert client.get("/account/").status_code == 200
    assert client.cookies["sessionid"].value != before
    assert other.get("/account/").status_code == 302
    assert Change.objects.get().deed == "set_password"
    assert mailbox.deliver() == 1


def test_a_wrong_password_confirms_nothing_and_five_are_enough(owner, client_as):
    client = client_as(owner)
    for _ in range(5):
        assert "ليست هذه كلمة مرورك" in confirm(client, "wrong").content.decode()

    assert "محاولات كثيرة" in confirm(client).content.decode()
    assert client.get("/account/password/").status_code == 302


def test_confirming_sends_nobody_to_another_host(owner, client_as):
    answer = client_as(owner).post(
        "/account/confirm/", {"password": PASSWORD, "next": "https://evil.example/"}
    )

    assert answer["Location"] == "/account/"


def test_a_weak_new_password_says_why(owner, client_as):
    client = client_as(owner)
    confirm(client)

    answer = client.post("/account/password/", {"password": "short"})

    assert answer.status_code == 422
    assert "ضعيفة" in answer.content.decode()


def test_too_many_exports_are_refused_with_the_time_to_wait(analyst, client_as):
    client = client_as(analyst)
    answers = [client.get("/reports/gaps/export/").status_code for _ in range(31)]

    assert 429 not in answers[:30]
    assert answers[30] == 429
    last = client.get("/reports/gaps/export/")
    assert 1 <= int(last["Retry-After"]) <= 10
    assert "محاولات كثيرة" in last.content.decode()


def test_too_many_uploads_are_refused(owner, client_as):
    client = client_as(owner)
    answers = [client.post("/imports/", {"file": ""}).status_code for _ in range(31)]

    assert answers[30] == 429
