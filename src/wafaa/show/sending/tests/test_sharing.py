"""Links that show one page of figures to whoever has them, until they end."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.html import strip_tags

from wafaa.access.audit.models import Change
from wafaa.access.staff.rules import Role
from wafaa.kit import clock
from wafaa.know.orders.models import Store
from wafaa.show.console.tests.shop import NOW, shop
from wafaa.show.sending.actions import forget_bodies
from wafaa.show.sending.models import SharedPage
from wafaa.show.sending.queries import find_alive
from wafaa.show.sending.rules import cut_shared_part, digest_token

__all__ = ["shop"]

ENGLISH = {"HTTP_ACCEPT_LANGUAGE": "en"}
TODAY = NOW.date()


def share(client, at="/", *, days=30, language="en"):
    """The answer, and the address of the link where one was made."""
    last_day = (TODAY + timedelta(days=days)).isoformat()
    response = client.post(reverse("share-new"), {"at": at, "last_day": last_day, "language": language})
    found = re.search(r"http://testserver(/shared/[^/]+/)", response.content.decode())
    return response, found[1] if found else ""


def read(response) -> str:
    return " ".join(strip_tags(response.content.decode()).split())


def test_a_stranger_sees_the_figures_and_nothing_else(shop, owner, client_as):
    _made, address = share(client_as(owner, **ENGLISH), "/?period=90")

    response = client_as(None).get(address)

    page = response.content.decode()
    assert response.status_code == 200
    assert "Figures stand as of 30 Jun 2026" in read(response)
    assert 'lang="en" dir="ltr"' in page
    assert page.count("<svg") > 2
    for forbidden in (
        "<form",
        "<nav",
        "<a ",
        "<script",
        "hx-",
        "csrf",
        "Today's",
        "/customers/",
        "/reports/",
    ):
        assert forbidden not in page, forbidden
    assert response["Referrer-Policy"] == "no-referrer"
    assert "noindex" in response["X-Robots-Tag"]
    assert "no-store" in response["Cache-Control"]
    assert not response.cookies


@pytest.mark.parametrize(
    "name",
    [
        "today",
        "report-cohorts",
        "report-rfm",
        "report-pareto",
        "report-gaps",
        "report-gross",
        "report-retention_rate",
    ],
)
@pytest.mark.parametrize("language", ["ar", "en"])
def test_every_page_of_figures_can_be_shared_in_both_languages(name, language, shop, owner, client_as):
    response, address = share(client_as(owner, **ENGLISH), reverse(name), language=language)

    page = client_as(None).get(address).content.decode()

    assert response.status_code == 200
    assert f'lang="{language}" dir="{"rtl" if language == "ar" else "ltr"}"' in page
    assert page.count("<h1") == 1
    assert "<a " not in page
    assert page.count("<div") == page.count("</div>")
    assert page.count("<section") == page.count("</section>")


def test_what_is_shown_stays_as_it_was_when_it_was_shared(shop, owner, client_as):
    _made, address = share(
        client_as(owner, **ENGLISH), "/reports/gross/?period=month&month=2026-04&by=channel"
    )
    before = read(client_as(None).get(address))

    shown = read(client_as(owner, **ENGLISH).get("/reports/gross/?period=month&month=2026-04&by=channel"))

    total = re.search(r"SAR [\d,.]+", before)[0]
    assert total in shown
    assert "By Channel" in before


@pytest.mark.parametrize(
    "at",
    [
        "/customers/",
        "/orders/",
        "/staff/",
        "/reports/gross/export/",
        "/reports/",
        "//evil.example/",
        "nonsense",
        "/no/such/",
    ],
)
def test_only_pages_of_figures_can_be_shared(at, shop, owner, client_as):
    response, address = share(client_as(owner, **ENGLISH), at)

    assert (response.status_code, address) == (404, "")
    assert not SharedPage.objects.exists()


@pytest.mark.parametrize("days", [-1, 0, 91])
def test_a_link_ends_within_ninety_days(days, shop, owner, client_as):
    response, address = share(client_as(owner, **ENGLISH), days=days)

    assert (response.status_code, address) == (422, "")
    assert "between tomorrow and 90 days from now" in read(response)
    assert not SharedPage.objects.exists()


def test_the_token_has_256_bits_and_is_kept_as_a_digest(shop, owner, client_as):
    _made, address = share(client_as(owner, **ENGLISH))
    token = address.split("/")[2]

    kept = SharedPage.objects.get()

    assert len(token) == 43  # 32 bytes in base64
    assert kept.token_sha256 == digest_token(token)
    assert token not in str(Change.objects.values())
    assert Change.objects.get(deed="share_page").subject == "Today"


def test_a_link_that_is_over_says_so_calmly(shop, owner, client_as):
    _made, address = share(client_as(owner, **ENGLISH), days=2)
    stranger = client_as(None, **ENGLISH)
    assert stranger.get("/shared/unknown/").status_code == 404

    with clock.fixed_at(NOW + timedelta(days=4)):
        response = stranger.get(address)
        assert response.status_code == 410
        assert "This link shows nothing any more" in read(response)
        assert forget_bodies() == 1


def test_a_revoked_link_shows_nothing_and_is_noted(shop, owner, client_as):
    client = client_as(owner, **ENGLISH)
    _made, address = share(client)
    kept = SharedPage.objects.get()

    for _twice in range(2):
        client.post(reverse("share-revoke", args=[kept.uuid]))

    kept.refresh_from_db()
    assert bytes(kept.body) == b""
    assert client_as(None).get(address).status_code == 410
    assert Change.objects.filter(deed="revoke_share").count() == 1


def test_a_link_dies_with_its_sharers_rights(shop, owner, analyst, client_as):
    _made, address = share(client_as(analyst, **ENGLISH))
    stranger = client_as(None)
    assert stranger.get(address).status_code == 200

    analyst.role = Role.CASHIER
    analyst.save()
    assert stranger.get(address).status_code == 410
    analyst.role = Role.ANALYST
    analyst.is_active = False
    analyst.save()
    assert stranger.get(address).status_code == 410


def test_a_branch_managers_link_is_counted_for_their_stores_and_dies_without_them(
    shop, branch_manager, client_as
):
    _made, address = share(client_as(branch_manager, **ENGLISH), "/reports/gross/")
    kept = SharedPage.objects.get()
    assert kept.stores == list(branch_manager.stores.values_list("id", flat=True))
    assert client_as(None).get(address).status_code == 200

    branch_manager.stores.add(Store.objects.create(code="JED-9", name="Jeddah"))
    assert find_alive([kept])
    branch_manager.stores.remove(Store.objects.get(code="RUH-1"))
    assert client_as(None).get(address).status_code == 410


def test_one_sees_and_revokes_only_ones_own_links_and_the_owner_all(
    shop, owner, analyst, branch_manager, client_as
):
    share(client_as(analyst, **ENGLISH))
    kept = SharedPage.objects.get()

    other = client_as(branch_manager, **ENGLISH)
    assert "No link yet" in read(other.get(reverse("sharing")))
    assert other.post(reverse("share-revoke", args=[kept.uuid])).status_code == 404
    kept.refresh_from_db()
    assert kept.revoked_at is None
    assert "Ana Costa" in read(client_as(owner, **ENGLISH).get(reverse("sharing")))


def test_the_list_tells_when_a_link_was_last_opened(shop, owner, client_as):
    client = client_as(owner, **ENGLISH)
    _made, address = share(client)
    assert "never" in read(client.get(reverse("sharing")))

    client_as(None).get(address)
    client_as(None).get(address)

    assert SharedPage.objects.get().opened == 2
    assert "opened 2 times" in read(client.get(reverse("sharing")))


def test_the_list_looks_up_each_sharer_once(shop, branch_manager, client_as):
    client, counts = client_as(branch_manager, **ENGLISH), []
    for _more in range(2):
        share(client)
        share(client, "/reports/gross/")
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse("sharing"))
        counts.append(len(queries))

    assert counts[0] == counts[1]


def test_openings_are_limited(shop, owner, client_as, settings):
    settings.RATE_LIMITS = True
    _made, address = share(client_as(owner, **ENGLISH))
    stranger = client_as(None)

    statuses = [stranger.get(address).status_code for _ in range(62)]

    assert statuses[:60] == [200] * 60
    assert 429 in statuses[60:]


def test_what_is_for_staff_is_cut_out():
    page = (
        '<body><nav>menu</nav><main id="content"><nav class="breadcrumbs"><a href="/x">x</a></nav>'
        '<h1>A &amp; <bdi>b</bdi></h1><form><input name="n"><br><p>f</p></form><a class="t" href="/customers/" onclick="x">12</a>'
        '<p onclick="evil()" hx-on:click="evil()" class="k">kept<br></p><div hx-get="/r"><div>gone</div></div>'
        '<div data-unshared><p>gone</p></div><a class="button" href="/">go</a>'
        '<svg viewBox="0 0 1 1"><use href="/i.svg#a"/><path d="M0"/></svg></main><footer>gone</footer></body>'
    )

    part = cut_shared_part(page)

    assert part.title == "A & b"
    assert part.body == (
        '<h1>A &amp; <bdi>b</bdi></h1><span class="t">12</span><p class="k">kept<br></p>'
        '<svg viewBox="0 0 1 1"><use href="/i.svg#a"/><path d="M0"/></svg>'
    )
