"""Making, listing, using and revoking keys."""

import base64
from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse
from tests.build import make_business

from wafaa.access.audit.models import Change
from wafaa.access.keys.actions import authenticate_key, create_key, require_scope, revoke_key
from wafaa.access.keys.errors import (
    ExpiryPassed,
    KeyExpired,
    KeyNameMissing,
    KeyRevoked,
    KeyWrong,
    ScopeMissing,
)
from wafaa.access.keys.models import ApiKey
from wafaa.access.keys.rules import Scope, allows, digest_secret, parse_key, read_authorization
from wafaa.kit import clock

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
ENGLISH = {"HTTP_ACCEPT_LANGUAGE": "en"}


def come(text):
    return authenticate_key(authorization=f"Bearer {text}", address="203.0.113.7")


def test_a_key_is_shown_once_and_kept_as_a_digest(owner):
    made = create_key(name="  Shop   sync ", scope=Scope.READ, by=owner)
    parsed = parse_key(made.text)

    assert made.text.startswith(f"wf_read_{made.key.public_id}_")
    assert len(parsed.secret) == 64
    kept = ApiKey.objects.get()
    assert (kept.name, kept.created_by, kept.secret_sha256) == (
        "Shop sync",
        owner,
        digest_secret(parsed.secret),
    )
    assert parsed.secret not in str(ApiKey.objects.values().get())
    change = Change.objects.get(deed="create_key")
    assert parsed.secret not in f"{change.subject} {change.after}"
    assert (change.subject, change.after) == (
        f"Shop sync (wf_read_{kept.public_id})",
        {"scope": "read", "expires_at": ""},
    )


def test_scopes_include_what_they_need():
    assert {held: {needed for needed in Scope if allows(held, needed)} for held in Scope} == {
        Scope.INGEST: {Scope.INGEST},
        Scope.READ: {Scope.READ},
        Scope.WRITE: {Scope.READ, Scope.WRITE},
    }


@pytest.mark.parametrize("header", ["", "Bearer", "Digest x", "x" * 10_000])
def test_a_header_without_a_key_holds_none(header):
    assert read_authorization(header) == ""


def test_keys_are_read_from_bearer_and_basic():
    assert read_authorization("bearer  abc ") == "abc"
    assert read_authorization(f"Basic {base64.b64encode(b'abc:').decode()}") == "abc"
    assert read_authorization(f"Basic {base64.b64encode(b'abc').decode()}") == "abc"
    assert read_authorization(f"Basic {base64.b64encode(b'abc:secret').decode()}") == "?"
    assert read_authorization("Basic \xff") == "?"


def test_a_key_lets_in_until_it_is_revoked_or_expires(db):
    with clock.fixed_at(NOON):
        key = create_key(name="A", scope=Scope.READ, by=None, expires_at=NOON + timedelta(days=1))
        assert come(key.text) == key.key
        with pytest.raises(ScopeMissing):
            require_scope(key.key, Scope.WRITE)
    with clock.fixed_at(NOON + timedelta(days=1)), pytest.raises(KeyExpired):
        come(key.text)
    other = create_key(name="B", scope=Scope.READ, by=None)
    revoke_key(key=other.key, by=None)
    revoke_key(key=other.key, by=None)
    with pytest.raises(KeyRevoked):
        come(other.text)
    assert Change.objects.filter(deed="revoke_key").count() == 1
    with pytest.raises(KeyWrong):
        come(other.text[:-1] + ("0" if other.text[-1] != "0" else "1"))  # a wrong secret learns nothing of it


def test_a_key_that_another_process_revoked_is_dead_when_that_one_says_so(db, settings, tmp_path):
    settings.KEYS_REVOKED = tmp_path / "keys_revoked"
    key = create_key(name="A", scope=Scope.READ, by=None)
    come(key.text)
    ApiKey.objects.update(revoked_at=clock.now())  # as seen from here
    assert come(key.text) == key.key  # it was looked up a moment ago

    settings.KEYS_REVOKED.touch()

    with pytest.raises(KeyRevoked):
        come(key.text)


@pytest.mark.django_db(transaction=True)
def test_revoking_a_key_is_told_to_the_other_processes(settings, tmp_path):
    settings.KEYS_REVOKED = tmp_path / "keys_revoked"
    key = create_key(name="A", scope=Scope.READ, by=None)
    assert not settings.KEYS_REVOKED.exists()

    revoke_key(key=key.key, by=None)

    assert settings.KEYS_REVOKED.exists()


def test_the_last_use_is_written_once_a_minute(db):
    with clock.fixed_at(NOON):
        key = create_key(name="A", scope=Scope.READ, by=None)
        come(key.text)
    for seconds, noted in ((59, NOON), (60, NOON + timedelta(seconds=60))):
        with clock.fixed_at(NOON + timedelta(seconds=seconds)):
            come(key.text)
        assert ApiKey.objects.get().last_used_at == noted


@pytest.mark.parametrize("name", ["", "   ", "x" * 101, "a\x00b"])
def test_a_key_needs_a_name(name, db):
    with pytest.raises(KeyNameMissing):
        create_key(name=name, scope=Scope.READ, by=None)
    assert not ApiKey.objects.exists()


def test_a_key_cannot_be_born_expired(db):
    with pytest.raises(ExpiryPassed):
        create_key(name="A", scope=Scope.READ, by=None, expires_at=clock.now())


def test_the_page_makes_shows_and_revokes_keys(owner, client_as):
    make_business(time_zone="Asia/Riyadh")
    client = client_as(owner, **ENGLISH)
    assert "No key yet" in client.get(reverse("keys")).content.decode()

    made = client.post(reverse("keys"), {"name": "Accounting", "scope": "read", "expires_on": "2099-12-31"})
    key = ApiKey.objects.get()
    shown = made.content.decode()
    assert f"{key.prefix}_" in shown
    assert "no-store" in made["Cache-Control"]
    assert key.expires_at == datetime(2099, 12, 31, 21, tzinfo=UTC)

    again = client.get(reverse("keys")).content.decode()
    assert key.prefix in again
    assert f"{key.prefix}_" not in again

    client.post(reverse("key-revoke", args=[key.public_id]))
    key.refresh_from_db()
    assert key.revoked_at is not None
    page = client.get(reverse("keys")).content.decode()
    assert "revoked" in page
    assert reverse("key-revoke", args=[key.public_id]) not in page
    assert client.post(reverse("key-revoke", args=["unknown"])).status_code == 404


def test_the_page_says_what_is_wrong(owner, client_as):
    client = client_as(owner, **ENGLISH)
    good = {"name": "A", "scope": "read"}
    for wrong in ({"name": ""}, {"scope": "king"}, {"expires_on": "2020-01-01"}, {"expires_on": "soon"}):
        given = good | wrong
        assert client.post(reverse("keys"), given).status_code == 422
    assert not ApiKey.objects.exists()


def test_only_owners_see_keys_and_the_link_to_them(cast, client_as):
    for role, person in cast.items():
        if person is None:
            continue
        client = client_as(person)
        assert client.get(reverse("keys")).status_code == (200 if role == "owner" else 403)
        assert (reverse("keys") in client.get(reverse("settings")).content.decode()) is (role == "owner")


def test_the_page_speaks_arabic(owner, client_as):
    create_key(name="المحاسبة", scope=Scope.INGEST, by=owner)
    page = client_as(owner, HTTP_ACCEPT_LANGUAGE="ar").get(reverse("keys")).content.decode()
    assert "مفاتيح API" in page
    assert "للخوادم ونقاط البيع" in page
