from django.test import Client
from tests.cast import PASSWORD

from wafaa.access.staff.models import Staff
from wafaa.kit import clock
from wafaa.kit.clock import fixed_at


def sign_in(client: Client, email: str, password: str = PASSWORD, **fields):
    return client.post("/sign-in/", {"login": email, "password": password, **fields})


def test_the_owner_signs_in_and_lands_on_today(owner, client):
    response = sign_in(client, "noura@example.com")

    assert (response.status_code, response["Location"]) == (302, "/")
    assert client.session["_auth_user_id"] == str(owner.id)


def test_capitals_and_spaces_around_the_address_do_not_matter(owner, client):
    response = sign_in(client, "  Noura@Example.COM ")

    assert response.status_code == 302


def test_who_sees_no_figures_lands_on_the_customers(cashier, client):
    assert sign_in(client, "omar@example.com")["Location"] == "/customers/"


def test_the_page_that_was_wanted_opens_after_signing_in(owner, client):
    asked = client.get("/audit/?search=x")
    assert asked["Location"] == "/sign-in/?next=/audit/%3Fsearch%3Dx"

    assert sign_in(client, "noura@example.com", next="/audit/?search=x")["Location"] == "/audit/?search=x"


def test_no_stranger_is_sent_to_another_host(owner, client):
    assert sign_in(client, "noura@example.com", next="https://evil.example/")["Location"] == "/"


def test_a_wrong_password_says_so_in_the_readers_language_and_signs_nobody_in(owner, client):
    response = sign_in(client, "noura@example.com", "wrong")

    assert response.status_code == 200
    assert "البريد الإلكتروني وكلمة المرور غير متطابقين" in response.content.decode()
    assert "_auth_user_id" not in client.session

    client.cookies["wafaa_language"] = "en"
    assert "do not belong together" in sign_in(client, "noura@example.com", "wrong").content.decode()


def test_an_unknown_address_gets_the_same_answer_as_a_wrong_password(owner, client):
    known = sign_in(client, "noura@example.com", "wrong").content.decode()
    unknown = sign_in(client, "nobody@example.com", "wrong").content.decode()

    message = "البريد الإلكتروني وكلمة المرور غير متطابقين"
    assert message in known
    assert message in unknown


def test_who_may_no_longer_sign_in_is_refused(owner, client):
    Staff.objects.filter(id=owner.id).update(is_active=False)

    response = sign_in(client, "noura@example.com")

    assert "_auth_user_id" not in client.session
    assert response.status_code == 200


def test_who_is_stopped_while_signed_in_is_out_at_the_next_page(owner, client_as):
    client = client_as(owner)
    Staff.objects.filter(id=owner.id).update(is_active=False)

    assert client.get("/audit/")["Location"].startswith("/sign-in/")


def test_guessing_is_stopped_after_five_attempts(owner, client):
    with fixed_at(clock.now()):
        for _ in range(5):
            sign_in(client, "noura@example.com", "wrong")

        response = sign_in(client, "noura@example.com")

    assert "_auth_user_id" not in client.session
    assert "محاولات كثيرة. انتظر 60 ثانية" in response.content.decode()


def test_signing_out_needs_a_post_and_ends_the_session(owner, client_as):
    client = client_as(owner)
    assert client.get("/sign-out/").status_code == 405

    response = client.post("/sign-out/")

    assert response["Location"] == "/sign-in/"
    assert "_auth_user_id" not in client.session


def test_each_decision_is_logged_without_names_and_addresses(owner, client, caplog):
    caplog.set_level("INFO", logger="wafaa.security")

    sign_in(client, "noura@example.com", "wrong")
    sign_in(client, "nobody@example.com", "wrong")
    sign_in(client, "noura@example.com")

    lines = [record.getMessage() for record in caplog.records if record.name == "wafaa.security"]
    assert lines == [
        f"sign-in: wrong password, account {owner.pk} from 127.0.0.0/24",
        "sign-in: wrong password, account unknown from 127.0.0.0/24",
        f"sign-in: right password, account {owner.pk} from 127.0.0.0/24",
    ]


def test_strangers_behind_one_address_are_slowed_down_over_all_accounts(owner, client):
    with fixed_at(clock.now()):
        for number in range(30):
            sign_in(client, f"nobody{number}@example.com", "saffron and cardamom")

        assert "محاولات كثيرة" in sign_in(client, "noura@example.com").content.decode()


def test_who_guesses_from_elsewhere_does_not_lock_the_owner_out(owner):
    guesser = Client(REMOTE_ADDR="203.0.113.9")
    for _ in range(10):
        sign_in(guesser, "noura@example.com", "wrong")

    assert sign_in(Client(REMOTE_ADDR="198.51.100.2"), "noura@example.com").status_code == 302


def test_a_password_may_hold_any_letters_spaces_and_128_signs(owner, client):
    from wafaa.access.staff.actions import set_password

    password = ("زعفران وهيل ☕ " * 10)[:128]
    set_password(staff=owner, password=password, by=None)

    assert sign_in(client, "noura@example.com", password).status_code == 302
    assert sign_in(Client(), "noura@example.com", password[:127]).status_code == 200


def test_passwords_are_kept_by_argon2id(owner, dear_passwords):
    owner.set_password(PASSWORD)

    assert owner.password.startswith("argon2$argon2id$v=19$m=102400,t=2,p=8$")
