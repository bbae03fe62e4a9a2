"""The console's page of inbox and notifications, the scripts, and what readers may choose of both."""

import pytest
from django.urls import reverse

from wafaa.access.audit.models import Change
from wafaa.access.keys.actions import create_key, revoke_key
from wafaa.access.keys.rules import Scope
from wafaa.act.messages.actions import choose
from wafaa.act.messages.links import Use, make_token
from wafaa.act.messages.models import Message
from wafaa.act.messages.proving import make_secret
from wafaa.act.messages.rules import Person
from wafaa.act.messages.tests.samples import ask, make_reader, make_shop, make_template, turn
from wafaa.act.messages.tests.test_inbox import TEXTS
from wafaa.know.consents.queries import may_contact

pytestmark = pytest.mark.django_db

PAGE = "message-onsite"


def read(reply):
    return reply.content.decode()


@pytest.fixture
def keys():
    ours = create_key(name="Our site", scope=Scope.INGEST, by=None).key
    gone = create_key(name="Old site", scope=Scope.INGEST, by=None).key
    create_key(name="Reports", scope=Scope.READ, by=None)
    revoke_key(key=gone, by=None)
    return ours, gone


def test_an_owner_sees_the_secret_of_a_key_after_a_press_and_it_is_noted(client_as, owner, keys):
    ours, gone = keys
    client = client_as(owner)
    secret = make_secret(ours.public_id)

    listed = read(client.get(reverse(PAGE)))
    assert "Our site" in listed
    assert "Old site" not in listed
    assert "Reports" not in listed
    assert secret not in listed
    assert Change.objects.filter(deed="show_user_secret").count() == 0

    shown = client.post(reverse(PAGE), {"key": ours.public_id})
    assert secret in read(shown)
    assert "no-store" in shown["Cache-Control"]
    assert Change.objects.filter(deed="show_user_secret", staff=owner).count() == 1

    for other in (gone.public_id, "nothing"):
        assert make_secret(gone.public_id) not in read(client.post(reverse(PAGE), {"key": other}))
    assert Change.objects.filter(deed="show_user_secret").count() == 1


def test_who_makes_no_keys_sees_no_secret(client_as, manager, keys):
    ours, _gone = keys

    reply = client_as(manager).post(reverse(PAGE), {"key": ours.public_id})

    assert reply.status_code == 200
    assert make_secret(ours.public_id) not in read(reply)
    assert Change.objects.filter(deed="show_user_secret").count() == 0


def test_the_worker_may_serve_a_whole_site(client):
    reply = client.get("/wafaa-push.js")

    assert reply["Service-Worker-Allowed"] == "/"
    assert reply["Content-Type"] == "text/javascript; charset=utf-8"
    again = client.get("/wafaa-push.js", headers={"If-None-Match": reply["ETag"]})
    assert again.status_code == 304


@pytest.fixture
def reader():
    make_shop()
    return make_reader(consents=())


def test_the_inbox_is_among_the_choices_and_stands_for_yes_until_it_is_refused(client, reader):
    template = make_template(TEXTS)
    ask(template, Person(customer_id=reader.pk, channel="in_app"), purpose="service")
    turn()
    message = Message.objects.get()
    path = reverse("message-preferences", args=[make_token(Use.PREFERENCES, message.pk)])

    page = read(client.get(path, headers={"Accept-Language": "en"}))
    assert 'name="in_app.marketing" checked' in page
    assert 'name="push.marketing"' not in page
    assert "Person 1" in page

    client.post(path, {"in_app.service": "on"})
    assert may_contact([reader.pk], "in_app", "marketing") == set()
    assert may_contact([reader.pk], "in_app", "service") == {reader.pk}
    choose(message=message, channel="in_app", purpose="marketing", is_given=True)
    assert may_contact([reader.pk], "in_app", "marketing") == {reader.pk}


def test_an_editor_writes_title_text_and_address_of_both(client_as, owner):
    made = make_template(TEXTS)
    client = client_as(owner)

    page = read(client.get(reverse("message-template", args=[made.uuid]), headers={"Accept-Language": "en"}))

    assert 'value="push"' in page  # another way, one press away
    told = {"number": "1", "do": "save", "en-push-subject": "Hello", "en-push-text": "World", "more": "push"}
    client.post(reverse("message-template", args=[made.uuid]), told)
    made.refresh_from_db()
    assert made.latest.compiled["en"]["push"] == {"subject": "Hello", "text": "World"}
