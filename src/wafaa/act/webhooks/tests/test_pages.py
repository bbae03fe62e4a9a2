"""The pages: adding, the secret, the log, sending again."""

import re

import pytest
from tests.build import make_event
from tests.cast import PASSWORD

from wafaa.access.audit.models import Change
from wafaa.act.webhooks.actions import rotate_secret, set_state
from wafaa.act.webhooks.models import Endpoint
from wafaa.act.webhooks.queries import read_secrets
from wafaa.act.webhooks.rules import ENDPOINTS_MAX, State
from wafaa.act.webhooks.tests.samples import make_endpoint, send_due, tell_webhooks
from wafaa.kit.networks import read_allowed
from wafaa.kit.tests.receivers import Answer, receiving
from wafaa.stream.models import Attempt, Destination, Effect

pytestmark = pytest.mark.django_db

URL = "https://shop.example/hook"
ENGLISH = {"HTTP_ACCEPT_LANGUAGE": "en"}


@pytest.fixture
def page(client_as, manager):
    """A manager's browser, in English."""
    return client_as(manager, **ENGLISH)


def read(response) -> str:
    return re.sub(r"\s+", " ", response.content.decode())


def add(page, **given):
    return page.post("/webhooks/add/", {"url": URL, "which": "chosen", "names": ["Order Completed"], **given})


def test_without_any_the_page_says_what_they_are_and_how_to_check_them(page, client_as, owner):
    text = read(page.get("/webhooks/"))

    assert "No webhook yet" in text
    assert "def is_ours(secret, headers, body)" in text
    assert "function isOurs(secret, headers, body)" in text
    assert "لا يوجد خطاف ويب بعد" in read(client_as(owner).get("/webhooks/"))


def test_the_python_that_the_page_shows_tells_ours_from_others(page, owner, settings):
    import html

    settings.OUTBOUND_ALLOW_PRIVATE = True
    shown = page.get("/webhooks/").content.decode()
    code = html.unescape(re.findall(r"<pre[^>]*>(.*?)</pre>", shown, re.DOTALL)[0])
    scope: dict[str, object] = {}
    exec(code, scope)  # what the page tells people to run must run
    is_ours = scope["is_ours"]
    with receiving() as there:
        endpoint = make_endpoint(owner, there.url)
        tell_webhooks(make_event())
        send_due()

    (request,) = there.requests
    (secret,) = read_secrets(endpoint)
    assert is_ours(secret, request.headers, request.body)
    assert not is_ours(secret, request.headers, request.body + b" ")
    assert not is_ours(secret, {**request.headers, "webhook-timestamp": "1"}, request.body)
    rotate_secret(endpoint=endpoint, by=owner)
    endpoint.refresh_from_db()
    assert not is_ours(read_secrets(endpoint)[0], request.headers, request.body)


def test_a_new_webhook_shows_its_secret_once(page, manager):
    response = add(
        page, description=" Stock  room ", names=["Order Completed", "identify"], others="Own One\nOwn Two"
    )

    endpoint = Endpoint.objects.get()
    (secret,) = read_secrets(endpoint)
    assert f'value="{secret}"' in read(response)
    assert secret not in endpoint.sealed_secret
    assert (endpoint.url, endpoint.description, endpoint.created_by) == (URL, "Stock room", manager)
    assert endpoint.names == ["Order Completed", "identify", "Own One", "Own Two"]
    assert (endpoint.state, endpoint.with_history) == (State.ON, False)
    assert secret not in read(page.get(f"/webhooks/{endpoint.uuid}/"))
    change = Change.objects.get(deed="create_webhook")
    assert (change.staff, change.subject) == (manager, URL)
    assert secret not in str(change.after)


def test_all_events_need_no_names(page):
    add(page, which="all", names=[])

    assert Endpoint.objects.get().names == []


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"url": ""}, "required"),
        ({"url": "shop.example"}, "only http and https"),
        ({"url": "http://shop.example/"}, "Use an https address"),
        ({"url": "https://u:p@shop.example/"}, "user name or password"),
        ({"url": "https://127.0.0.1/"}, "private network"),
        ({"url": "https://[::ffff:10.0.0.1]/"}, "private network"),
        ({"url": "https://169.254.169.254/latest"}, "private network"),
        ({"url": "https://shop.example:25/"}, "port"),
        ({"names": [], "others": " "}, "Choose at least one event"),
        ({"names": [], "others": "x" * 201}, "200 characters"),
    ],
)
def test_what_cannot_be_a_webhook_is_refused_in_words(given, said, page):
    response = add(page, **given)

    assert response.status_code == 422
    assert said in read(response)
    assert not Endpoint.objects.exists()


def test_there_is_an_end_to_their_number(page, owner):
    for _each in range(ENDPOINTS_MAX):
        make_endpoint(owner)

    assert "at most" in read(add(page))
    assert Endpoint.objects.count() == ENDPOINTS_MAX


def test_a_webhook_is_changed_and_the_trail_says_from_what_to_what(page, owner):
    endpoint = make_endpoint(owner, names=["Order Completed", "Own"])
    address = f"/webhooks/{endpoint.uuid}/edit/"

    text = read(page.get(address))
    assert f'value="{URL}"' in text
    assert "> Own</textarea>" in text
    page.post(address, {"url": f"{URL}/2", "which": "all", "with_history": "on"})

    endpoint.refresh_from_db()
    assert (endpoint.url, endpoint.names, endpoint.with_history) == (f"{URL}/2", [], True)
    change = Change.objects.get(deed="change_webhook")
    assert (change.before["url"], change.after["url"]) == (URL, f"{URL}/2")


def test_the_secret_is_shown_again_after_the_password_only(page, owner):
    endpoint = make_endpoint(owner)
    address = f"/webhooks/{endpoint.uuid}/secret/"

    refused = page.get(address)
    assert (refused.status_code, refused["Location"].startswith("/account/confirm/")) == (302, True)
    page.post("/account/confirm/", {"password": PASSWORD, "next": address})

    assert read_secrets(endpoint)[0] in read(page.get(address))
    assert Change.objects.filter(deed="show_webhook_secret").count() == 1


def test_a_new_secret_is_shown_and_the_old_one_goes_on_for_a_day(page, owner):
    endpoint = make_endpoint(owner)
    (old,) = read_secrets(endpoint)

    response = page.post(f"/webhooks/{endpoint.uuid}/rotate/")

    endpoint.refresh_from_db()
    new, still = read_secrets(endpoint)
    assert (still, new in read(response), old in read(response)) == (old, True, False)
    assert "signed with the former secret too" in read(response)


def test_pausing_turning_off_and_on(page, owner):
    endpoint = make_endpoint(owner)

    for state, is_paused in (("paused", True), ("off", True), ("on", False)):
        page.post(f"/webhooks/{endpoint.uuid}/state/", {"state": state})
        endpoint.refresh_from_db()
        assert (endpoint.state, Destination.objects.get().is_paused) == (state, is_paused)
    page.post(f"/webhooks/{endpoint.uuid}/state/", {"state": "nonsense"})

    endpoint.refresh_from_db()
    assert endpoint.state == "on"
    assert Change.objects.filter(deed="change_webhook").count() == 3


def test_the_log_shows_answers_is_filtered_and_sends_again(page, owner, settings):
    settings.OUTBOUND_ALLOW_PRIVATE = read_allowed("127.0.0.1/32")
    with receiving(lambda *_: Answer(status=410, body=b"<b>gone</b>")) as there:
        endpoint = make_endpoint(owner, there.url)
        address = f"/webhooks/{endpoint.uuid}/"
        tell_webhooks(make_event("Cart Viewed", properties={"cart_id": "<i>7</i>"}))
        send_due()

    text = read(page.get(address))
    assert "it answered that it is gone for good (410)" in text
    assert "Cart Viewed" in text
    assert "Cart Viewed" not in read(page.get(address, {"state": "delivered"}))
    assert "Cart Viewed" not in read(page.get(address, {"name": "Order Completed"}))
    assert "Cart Viewed" in read(page.get(address, {"since": "2000-01-01", "until": "2999-01-01"}))
    assert "Cart Viewed" not in read(page.get(address, {"until": "2000-01-01"}))
    effect = Effect.objects.get()
    shown = read(page.get(f"{address}deliveries/{effect.uuid}/"))
    assert "&lt;b&gt;gone&lt;/b&gt;" in shown
    assert "&lt;i&gt;7&lt;/i&gt;" in shown

    refused = page.post(f"{address}replay/", {"state": "parked"}, follow=True)
    assert "This webhook is off" in read(refused)
    set_state(endpoint=endpoint, state=State.ON, by=owner)
    said = read(page.post(f"{address}replay/", {"state": "parked"}, follow=True))
    assert "1 delivery is sent again" in said
    effect.refresh_from_db()
    assert effect.state == "pending"
    assert "0 deliveries" in read(page.post(f"{address}replay/", {"delivery": str(effect.uuid)}, follow=True))
    assert "0 deliveries" in read(page.post(f"{address}replay/", {"delivery": "nonsense"}, follow=True))


def test_a_test_shows_in_the_log_which_looks_again_until_it_is_answered(page, owner, settings):
    settings.OUTBOUND_ALLOW_PRIVATE = read_allowed("127.0.0.1/32")
    with receiving() as there:
        endpoint = make_endpoint(owner, there.url)
        page.post(f"/webhooks/{endpoint.uuid}/test/")
        waiting = read(page.get(f"/webhooks/{endpoint.uuid}/"))
        send_due()
        answered = read(page.get(f"/webhooks/{endpoint.uuid}/log/"))

    assert ("Test Event" in waiting, 'hx-trigger="every 2s"' in waiting) == (True, True)
    assert ("delivered" in answered, "every 2s" in answered) == (True, False)
    shown = read(page.get(f"/webhooks/{endpoint.uuid}/deliveries/{Effect.objects.get().uuid}/"))
    assert "thanks" in shown
    assert "&quot;type&quot;: &quot;Test Event&quot;" in shown


def test_a_deleted_webhook_leaves_nothing(page, owner, settings):
    settings.OUTBOUND_ALLOW_PRIVATE = True
    with receiving() as there:
        endpoint = make_endpoint(owner, there.url)
        tell_webhooks(make_event())
        send_due()

    page.post(f"/webhooks/{endpoint.uuid}/delete/")

    for model in (Endpoint, Effect, Attempt, Destination):
        assert not model.objects.exists()
    assert page.get(f"/webhooks/{endpoint.uuid}/").status_code == 404
    assert Change.objects.filter(deed="delete_webhook").count() == 1


@pytest.mark.parametrize("role", ["branch_manager", "cashier", "agent", "analyst"])
def test_others_see_and_change_nothing(role, cast, client_as, owner):
    endpoint = make_endpoint(owner)
    client = client_as(cast[role])

    assert client.get("/webhooks/").status_code == 403
    assert client.post(f"/webhooks/{endpoint.uuid}/delete/").status_code == 403
    assert Endpoint.objects.count() == 1
