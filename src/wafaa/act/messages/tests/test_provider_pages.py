"""The console's pages of providers: who may open them, setting one up, its secrets, a test, what comes back."""

import re

import pytest
from tests.cast import make_staff

from wafaa.access.audit.models import Change
from wafaa.access.staff.rules import Role
from wafaa.act.messages.actions import change_settings
from wafaa.act.messages.actions.providing import open_secrets
from wafaa.act.messages.channels.carriers import HOOK_SECRET
from wafaa.act.messages.channels.webhook.standard import SECRET
from wafaa.act.messages.models import Callback, Provider
from wafaa.act.messages.queries import get_house
from wafaa.act.messages.rules import Person
from wafaa.act.messages.testing_providers import deliver_provider_test
from wafaa.act.messages.tests.providers import ACCOUNTS, SITE, SMS, read_form, set_up
from wafaa.act.messages.tests.samples import ask, make_shop, make_template
from wafaa.act.messages.tests.test_sending_pages import fill_settings
from wafaa.act.messages.tests.test_sms import CREATED, make_agreeing
from wafaa.act.messages.trying import find_test
from wafaa.kit import clock
from wafaa.kit.networks import read_allowed
from wafaa.kit.tests.receivers import Answer, receiving

pytestmark = pytest.mark.django_db

ENGLISH = {"HTTP_ACCEPT_LANGUAGE": "en"}


@pytest.fixture(autouse=True)
def shop(settings):
    settings.OUTBOUND_ALLOW_PRIVATE = read_allowed("127.0.0.1/32")
    make_shop()


@pytest.fixture
def page(client_as, manager):
    return client_as(manager, **ENGLISH)


def bare(response) -> str:
    return re.sub(r"</?bdi[^>]*>", "", re.sub(r"\s+", " ", response.content.decode()))


def test_only_who_manages_connections_sees_accounts(client_as):
    provider = set_up("twilio")
    places = [
        ("get", "/messages/providers/"),
        ("get", "/messages/providers/new/twilio/"),
        ("post", "/messages/providers/new/twilio/"),
        ("get", f"/messages/providers/{provider.uuid}/"),
        ("post", f"/messages/providers/{provider.uuid}/"),
        ("post", f"/messages/providers/{provider.uuid}/test/"),
        ("post", f"/messages/providers/{provider.uuid}/do/remove/"),
    ]
    for role in (Role.BRANCH_MANAGER, Role.CASHIER, Role.AGENT, Role.ANALYST):
        client = client_as(make_staff(role, email=f"{role}@palm.example", name=str(role)), **ENGLISH)
        for method, path in places:
            assert getattr(client, method)(path).status_code == 403, (role, path)
    assert Provider.objects.get().is_active


def test_a_provider_is_set_up_and_its_secrets_are_sealed_and_never_shown(page):
    assert "Nobody carries it yet" in bare(page.get("/messages/providers/"))
    wrong = page.post("/messages/providers/new/twilio/", {"account": "AC1", "token": "", "sender": "Palm"})
    assert (wrong.status_code, Provider.objects.count()) == (422, 0)

    answer = page.post("/messages/providers/new/twilio/", ACCOUNTS["twilio"])

    provider = Provider.objects.get()
    assert (answer.status_code, provider.is_active, provider.settings) == (
        302,
        True,
        {"account": "AC1", "sender": "Palm"},
    )
    assert "secret-token" not in provider.sealed
    text = bare(page.get(f"/messages/providers/{provider.uuid}/"))
    assert "secret-token" not in text
    assert f"/hooks/messages/{provider.uuid}/" in text
    assert "Palm-AD" in text
    assert "AD-Palm" in text
    assert "secret-token" not in str(Change.objects.get(deed="set_up_message_provider").after)

    page.post(f"/messages/providers/{provider.uuid}/", {"account": "AC2", "token": "", "sender": "Palm"})
    provider.refresh_from_db()
    assert (provider.settings["account"], open_secrets(provider)["token"]) == ("AC2", "secret-token")


def test_one_carries_a_channel_and_the_other_rests(page):
    first = set_up("twilio")
    second = set_up("unifonic")
    first.refresh_from_db()
    assert (first.is_active, second.is_active) == (False, True)

    text = bare(page.get("/messages/providers/"))
    assert "Set up, but not used" in text
    page.post(f"/messages/providers/{first.uuid}/do/on/")
    assert list(Provider.objects.filter(is_active=True)) == [first]
    page.post(f"/messages/providers/{first.uuid}/do/off/")
    assert not Provider.objects.filter(is_active=True).exists()
    page.post(f"/messages/providers/{second.uuid}/do/remove/")
    assert list(Provider.objects.all()) == [first]
    assert page.post(f"/messages/providers/{first.uuid}/do/nonsense/").status_code == 404
    assert page.get("/messages/providers/new/nonsense/").status_code == 404


def test_one_that_messages_wait_for_is_not_removed_and_the_page_says_why(page):
    provider = set_up("twilio")
    ask(make_template(SMS), Person(customer_id=make_agreeing("1").pk, channel="sms"))

    answer = page.post(f"/messages/providers/{provider.uuid}/do/remove/", follow=True)

    assert "Messages are waiting for this provider." in bare(answer)
    assert Provider.objects.get() == provider


@pytest.mark.parametrize(
    ("kind", "changes"),
    [
        ("gateway", {"url": "ftp://x"}),
        ("gateway", {"url": "https://user:pass@x.example/"}),
        ("gateway", {"url": "https://x.example/", "headers": "no colon"}),
        ("twilio", {"api": "not an address"}),
    ],
)
def test_what_cannot_be_called_is_not_saved(page, kind, changes):
    assert page.post(f"/messages/providers/new/{kind}/", {**ACCOUNTS[kind], **changes}).status_code == 422
    assert not Provider.objects.exists()


@pytest.mark.parametrize("kind", list(ACCOUNTS))
def test_every_carrier_has_its_pages_in_both_languages(page, kind):
    for language in ("en", "ar"):
        headers = {"HTTP_ACCEPT_LANGUAGE": language}
        assert page.get(f"/messages/providers/new/{kind}/", **headers).status_code == 200
    provider = set_up(
        kind, **({"url": "https://x.example/"} if kind in {"gateway", "standard_webhook"} else {})
    )
    for language in ("en", "ar"):
        response = page.get(f"/messages/providers/{provider.uuid}/", HTTP_ACCEPT_LANGUAGE=language)
        assert response.status_code == 200
        secrets = open_secrets(provider)
        shown = {key for key in secrets if secrets[key] in response.content.decode()}
        assert shown <= {HOOK_SECRET, SECRET}


def test_a_test_goes_to_the_number_that_is_typed(page):
    with receiving(lambda _request, _handler: CREATED) as there:
        provider = set_up("twilio", there)
        wrong = page.post(f"/messages/providers/{provider.uuid}/test/", {"address": "12"}, follow=True)
        assert "A number with its country" in bare(wrong)
        key = "00000000-0000-0000-0000-000000000007"
        deliver_provider_test(key=key, provider_id=provider.pk, address="+966501234567", template="")

    (request,) = there.requests
    assert read_form(request)["To"] == "+966501234567"
    assert "Palm Roastery" in read_form(request)["Body"]
    assert find_test(key)["state"] == "sent"
    shown = bare(page.get(f"/messages/providers/{provider.uuid}/?test={key}"))
    assert "The test was handed over for +966501234567" in shown


def test_a_test_that_fails_says_what_the_provider_said(page):
    answer = Answer(status=400, body=b'{"code": 21211, "message": "Invalid To"}')
    with receiving(lambda _request, _handler: answer) as there:
        provider = set_up("twilio", there)
        key = "00000000-0000-0000-0000-000000000008"
        deliver_provider_test(key=key, provider_id=provider.pk, address="+966501234567", template="")

    shown = bare(page.get(f"/messages/providers/{provider.uuid}/?test={key}"))
    assert "there is nobody at this number" in shown
    assert "21211 Invalid To" in shown


def test_what_came_back_is_listed_and_can_be_read_again(page):
    provider = set_up("twilio")
    now = clock.now()
    Callback.objects.create(
        provider=provider,
        digest="0" * 32,
        received_at=now,
        method="POST",
        body=b"",
        handled_at=now,
        error="KeyError 'x'",
    )
    text = bare(page.get(f"/messages/providers/{provider.uuid}/"))
    assert "KeyError" in text

    page.post(f"/messages/providers/{provider.uuid}/do/read-again/")
    assert Callback.objects.get().handled_at is None


def test_marks_of_senders_are_the_businesss_own_to_change(page):
    senders = {
        "senders-TOTAL_FORMS": "1",
        "senders-INITIAL_FORMS": "0",
        "senders-0-country": "SA",
        "senders-0-prefix": "",
        "senders-0-suffix": "-ADV",
        "senders-0-chars_max": "11",
        "senders-0-source": "our operator",
        "sees_opens": "on",
    }
    assert page.post("/messages/settings/", fill_settings(**senders)).status_code == 302
    (rule,) = get_house().own_senders
    assert (rule.country, rule.suffix, rule.source) == ("SA", "-ADV", "our operator")
    assert get_house().sees_opens
    too_long = senders | {"senders-0-suffix": "-ADVERT", "senders-0-prefix": "ADVT"}
    assert page.post("/messages/settings/", fill_settings(**too_long)).status_code == 422
    assert "-AD" in bare(page.get("/messages/settings/?sender=SA"))


def test_an_address_that_nobody_outside_can_reach_is_told(page):
    provider = set_up("twilio")
    assert "cannot reach this installation" in bare(page.get(f"/messages/providers/{provider.uuid}/"))
    change_settings(changes={"site": SITE}, by=None)
    assert "cannot reach this installation" not in bare(page.get(f"/messages/providers/{provider.uuid}/"))
