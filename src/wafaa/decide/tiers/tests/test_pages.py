"""Tiers in the console, on the customer's page, in the portal and over /v1."""

import pytest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from tests.build import NOON, make_customer, make_order

from wafaa.decide.loyalty.models import Programme
from wafaa.decide.loyalty.queries import find_draft
from wafaa.decide.loyalty.rules.content import read_content
from wafaa.decide.tiers.tests.build import LEVELS, make_live
from wafaa.kit import clock
from wafaa.show.api.tests.calls import get, make_key
from wafaa.show.portal.tiers import show_tiers

pytestmark = pytest.mark.django_db


@pytest.fixture
def as_manager(client_as, manager):
    manager.language = "en"
    manager.save()
    return client_as(manager)


def read(client, address):
    return client.get(address).content.decode().replace("\xa0", " ")


def write(page):
    """Its form as a browser sends it."""
    told = {}
    for form in [form for one in page.context["sets"] for form in (one["form"], *one["form"].tiers)]:
        for bound in form:
            value = bound.value()
            if isinstance(value, bool):
                value = "on" if value else None
            if value is not None:
                told[bound.html_name] = value
    return told


def test_a_manager_reads_tiers_as_sentences_and_changes_them_in_the_draft(as_manager):
    as_manager.post(reverse("loyalty-new"), {"preset": "retail"})
    programme = Programme.objects.get()
    address = reverse("loyalty-tiers", args=[programme.uuid])
    page = as_manager.get(address)
    words = page.content.decode().replace("\xa0", " ")
    assert "Gold · from SAR 5,000.00 on, within 12 months" in words
    assert "brings early access to what is new, free shipping, invitations to events" in words
    assert "More points for gold" in words

    told = write(page) | {
        "levels-gold-needs": "4000.50",
        "levels-new-name_en": "Top 1",
        "levels-new-needs": "٩٠٠٠",
    }
    told |= {"levels-grace_days": "10", "levels-silver-is_gone": "on", "levels-gold-words_ar": "قهوة"}
    assert as_manager.post(reverse("loyalty-tiers-save", args=[programme.uuid]), told).status_code == 302

    (levels,) = read_content(find_draft(programme).content).tier_sets
    assert [(one.code, one.needs) for one in levels.tiers] == [
        ("bronze", 0),
        ("gold", 400_050),
        ("top_1", 900_000),
    ]
    assert levels.grace == "P10D"
    assert levels.find("gold").benefits[-1].words == {"ar": "قهوة"}

    told = write(as_manager.get(address)) | {"levels-gold-keeps": "9999"}
    again = as_manager.post(reverse("loyalty-tiers-save", args=[programme.uuid]), told)
    assert again.status_code == 422
    assert "Keeping a tier takes no more than reaching it." in again.content.decode()


def test_a_further_set_is_made_and_taken_out(as_manager):
    as_manager.post(reverse("loyalty-new"), {"preset": "cafe"})
    programme = Programme.objects.get()
    address = reverse("loyalty-tiers", args=[programme.uuid])
    as_manager.post(reverse("loyalty-tiers-save", args=[programme.uuid]), {"more": "1"})
    page = as_manager.get(address)
    assert "There is no tier in it yet." in page.content.decode()
    told = write(page) | {"levels-is_gone": "on"}
    as_manager.post(reverse("loyalty-tiers-save", args=[programme.uuid]), told)
    assert read_content(find_draft(programme).content).tier_sets == []


@pytest.fixture
def member():
    programme = make_live(LEVELS)
    customer = make_customer("1", name="Lina")
    with clock.fixed_at(NOON):
        make_order("A", lines=[("TEA", 1, "180.00")])
    return programme, customer


def test_who_stands_where_and_the_customers_own_page(member, as_manager):
    programme, customer = member
    with clock.fixed_at(NOON):
        page = read(as_manager, reverse("loyalty-tiers", args=[programme.uuid]))
        assert "1</bdi> member</a>" in page
        inside = reverse("loyalty-tier-members", args=[programme.uuid, "levels"])
        assert "Lina" in read(as_manager, f"{inside}?tier=silver")
        assert "Nobody at the moment." in read(as_manager, f"{inside}?tier=gold")
        none = reverse("loyalty-tier-members", args=[programme.uuid, "none"])
        assert as_manager.get(none).status_code == 404
        panel = read(as_manager, reverse("customer-panel-tiers", args=[customer.uuid]))
    assert "SAR 320.00 more for Gold" in panel
    assert "from <bdi>no tier</bdi> to <bdi>Silver</bdi>" in panel


@pytest.mark.parametrize(("language", "words"), [("en", "SAR 320.00 more for Gold"), ("ar", "ذهبي")])
def test_members_see_the_way_to_the_next_tier(member, language, words):
    _programme, customer = member
    with translation.override(language), clock.fixed_at(NOON):
        template, values = show_tiers(customer=customer, language=language)
        drawn = render_to_string(template, {**values, "language": language, "digits": "latin"})

    assert words in drawn.replace("\xa0", " ")
    assert 'max="50000" value="18000"' in drawn


def test_programs_read_tiers_and_where_a_customer_stands(member):
    programme, customer = member
    key = make_key("read")
    with clock.fixed_at(NOON):
        (told,) = get(f"/v1/programmes/{programme.uuid}/tiers", key=key).json()
        (stand,) = get(f"/v1/customers/{customer.uuid}/standings", key=key).json()

    assert [(one["code"], one["needs"]) for one in told["tiers"]] == [("silver", 100_00), ("gold", 500_00)]
    assert (stand["tier"], stand["next_tier"], stand["missing"]["amount"]) == ("silver", "gold", 320_00)
