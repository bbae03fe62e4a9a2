import re
import time

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.test import Client
from tests.build import make_business
from tests.cast import PASSWORD

from wafaa.access.audit.models import Change
from wafaa.access.staff.actions import turn_off_second_factor, turn_on_second_factor
from wafaa.access.staff.errors import SecondFactorMissing, SecondFactorUnreadable
from wafaa.access.staff.second_factor import find_authenticator, is_right_code, make_secret


def code_of(secret: str, steps: int = 0) -> str:
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30 + steps))


def start_sign_in(client: Client, email: str = "noura@example.com"):
    return client.post("/sign-in/", {"login": email, "password": PASSWORD, "next": "/audit/"})


def finish(client: Client, code: str):
    return client.post("/sign-in/second-factor/", {"code": code})


@pytest.fixture
def secret(owner) -> str:
    made = make_secret()
    turn_on_second_factor(staff=owner, secret=made)
    return made


def confirm(client: Client) -> None:
    assert client.post("/account/confirm/", {"password": PASSWORD, "next": "/account/"}).status_code == 302


def test_the_published_values_of_rfc_6238_are_met():
    """Appendix B, SHA-1, the last six digits; the secret is the ASCII text 12345678901234567890."""
    secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
    table = {59: "287082", 1111111109: "081804", 1234567890: "005924", 20000000000: "353130"}

    assert {at: format_hotp_value(hotp_value(secret, at // 30)) for at in table} == table


def test_an_owner_sets_it_up_with_the_code_of_an_app(owner, client_as, mailbox):
    client, other = client_as(owner), client_as(owner)
    assert client.get("/account/second-factor/")["Location"].startswith("/account/confirm/")
    confirm(client)

    page = client.get("/account/second-factor/").content.decode()
    assert "<svg" in page
    assert "style=" not in page.partition('class="qr"')[2].partition("</svg>")[0]
    secret = re.search(r'class="secret"[^>]*>([A-Z2-7 ]+)<', page)[1].replace(" ", "")
    assert "422" in str(client.post("/account/second-factor/", {"code": "000000"}).status_code)
    answer = client.post("/account/second-factor/", {"code": code_of(secret)})

    codes = re.findall(r"<code>(\d{4} \d{4} \d{4})</code>", answer.content.decode())
    assert len(set(codes)) == 10
    assert other.get("/account/").status_code == 302  # what the password alone had opened ends
    assert client.get("/account/").status_code == 200
    assert Change.objects.get().deed == "turn_on_second_factor"
    assert mailbox.deliver() == 1
    assert mailbox.subjects[0] == "صار الدخول يطلب عاملًا ثانيًا"


def test_signing_in_asks_for_the_code_and_then_opens_the_page_that_was_wanted(owner, client, secret):
    assert start_sign_in(client)["Location"] == "/sign-in/second-factor/"
    assert client.get("/audit/").status_code == 302

    assert finish(client, code_of(secret))["Location"] == "/audit/"
    assert client.get("/audit/").status_code == 200


def test_a_wrong_code_opens_nothing(owner, client, secret):
    start_sign_in(client)
    wrong = f"{(int(code_of(secret)) + 1) % 10**6:06}"

    answer = finish(client, wrong)

    assert answer.status_code == 422
    assert "هذا الرمز غير صحيح" in answer.content.decode()
    assert client.get("/audit/").status_code == 302


def test_codes_are_read_with_spaces_and_in_arabic_digits(owner, client, secret):
    start_sign_in(client)
    code = code_of(secret).translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩"))

    assert finish(client, f"{code[:3]} {code[3:]}").status_code == 302


def test_a_code_is_used_once_even_where_clocks_may_differ(owner, secret):
    for steps in (0, 1):
        code = code_of(secret, steps)
        assert find_authenticator(owner, code) is not None
        assert find_authenticator(owner, code) is None


def test_a_code_of_long_ago_is_not_right(secret):
    assert is_right_code(secret, code_of(secret, -1))
    assert not is_right_code(secret, code_of(secret, -3))
    assert not is_right_code(secret, code_of(secret, 3))


def test_a_recovery_code_opens_once(owner, client):
    codes = turn_on_second_factor(staff=owner, secret=make_secret())
    start_sign_in(client)
    assert finish(client, codes[3]).status_code == 302
    client.post("/sign-out/")

    start_sign_in(client)
    assert finish(client, codes[3]).status_code == 422
    assert finish(client, codes[4]).status_code == 302


def test_codes_can_be_tried_five_times_and_then_one_a_minute(owner, client, secret):
    start_sign_in(client)
    for _ in range(5):
        finish(client, "000000")

    answer = finish(client, code_of(secret))

    assert "محاولات كثيرة" in answer.content.decode()
    assert client.get("/audit/").status_code == 302


def test_the_code_page_is_only_for_who_typed_the_password(client, owner, secret):
    assert client.get("/sign-in/second-factor/")["Location"] == "/sign-in/"
    assert finish(client, code_of(secret))["Location"] == "/sign-in/"


def test_a_forgotten_password_does_not_get_around_the_second_factor(owner, client, secret):
    from wafaa.access.staff.actions import set_password

    set_password(staff=owner, password="dates and cardamom coffee", by=owner)

    answer = client.post("/sign-in/", {"login": "noura@example.com", "password": "dates and cardamom coffee"})
    assert answer["Location"] == "/sign-in/second-factor/"


def test_new_recovery_codes_make_the_old_ones_worthless(owner, client_as):
    old = turn_on_second_factor(staff=owner, secret=make_secret())
    client = client_as(owner)
    confirm(client)

    page = client.post("/account/recovery-codes/").content.decode()

    new = [code.replace(" ", "") for code in re.findall(r"<code>(\d{4} \d{4} \d{4})</code>", page)]
    assert not set(old) & set(new)
    assert find_authenticator(owner, old[0]) is None
    assert find_authenticator(owner, new[0]) is not None


def test_taking_it_away_needs_the_password_once_more(owner, client_as, secret, mailbox):
    client = client_as(owner)
    client.post("/account/second-factor/remove/")
    assert Authenticator.objects.filter(user=owner).count() == 2

    confirm(client)
    client.post("/account/second-factor/remove/")

    assert not Authenticator.objects.filter(user=owner).exists()
    assert mailbox.deliver() == 1
    assert mailbox.subjects[0] == "أُزيل العامل الثاني من حسابك"


def test_there_is_nothing_to_take_away_where_nothing_is(owner):
    with pytest.raises(SecondFactorMissing):
        turn_off_second_factor(staff=owner, by=None)


def test_secrets_are_sealed_in_the_database_and_in_the_session(owner, client_as, secret):
    for one in Authenticator.objects.all():
        assert secret not in str(one.data)
        assert str(one.data.get("secret") or one.data.get("seed")).startswith("gAAAA")


def test_an_older_key_still_opens_what_it_sealed_and_a_lost_one_says_so(owner, secret, settings):
    old = settings.SECRET_KEY
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "another key, quite long and random", [old]
    assert find_authenticator(owner, code_of(secret)) is not None

    settings.SECRET_KEY_FALLBACKS = []
    with pytest.raises(SecondFactorUnreadable):
        find_authenticator(owner, code_of(secret))


def test_where_the_business_asks_for_it_leaders_set_it_up_before_anything_else(owner, agent, client_as):
    make_business(leaders_need_second_factor=True)
    client = client_as(owner)

    assert client.get("/audit/?search=x")["Location"] == "/account/second-factor/"
    panel = client.get("/customers/", headers={"HX-Request": "true"})
    assert (panel.status_code, panel["HX-Redirect"]) == (401, "/account/second-factor/")
    assert client.post("/settings/", {}).status_code == 302
    assert client.get("/account/").status_code == 200
    assert client_as(agent).get("/customers/").status_code == 200

    confirm(client)
    assert "منشأتك تطلب من المالكين" in client.get("/account/second-factor/").content.decode()
    turn_on_second_factor(staff=owner, secret=make_secret())
    assert client.get("/audit/").status_code == 200
