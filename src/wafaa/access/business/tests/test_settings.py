from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from wafaa.access.audit.models import Change
from wafaa.access.business.actions import save_settings
from wafaa.access.business.queries import get_business, keep_business

FORM = {
    "name": "متجر الهدايا",
    "language": "ar",
    "currency": "KWD",
    "time_zone": "Asia/Kuwait",
    "week_start": "6",
    "prices_include_tax": "",
    "tax_percent": "5.50",
    "lapse_window_days": "90",
}


def test_a_fresh_installation_counts_as_shops_in_riyadh_do(db):
    business = get_business()
    assert (business.currency, business.time_zone, business.week_start, business.lapse_window_days) == (
        "SAR",
        "Asia/Riyadh",
        7,
        180,
    )


def test_the_owner_changes_all_settings_at_once(owner, client_as):
    response = client_as(owner).post("/settings/", FORM)

    assert response["Location"] == "/settings/"
    business = get_business()
    assert (business.name, business.currency, business.time_zone) == ("متجر الهدايا", "KWD", "Asia/Kuwait")
    assert (business.week_start, business.prices_include_tax, business.tax_percent) == (
        6,
        False,
        Decimal("5.50"),
    )
    assert business.lapse_window_days == 90


def test_the_trail_holds_only_what_differs(owner, client_as):
    client = client_as(owner)
    client.post("/settings/", FORM)
    client.post("/settings/", {**FORM, "lapse_window_days": "120"})

    change = Change.objects.first()
    assert (change.staff, change.deed, change.subject) == (owner, "change_settings", "متجر الهدايا")
    assert (change.before, change.after) == ({"lapse_window_days": 90}, {"lapse_window_days": 120})
    assert Change.objects.last().after["tax_percent"] == "5.50"


def test_saving_the_same_again_leaves_no_line(owner, client_as):
    client = client_as(owner)
    client.post("/settings/", FORM)
    client.post("/settings/", FORM)

    assert Change.objects.count() == 1


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("currency", "ZZZ"),
        ("time_zone", "Mars/Base"),
        ("lapse_window_days", "0"),
        ("tax_percent", "-1"),
        ("week_start", "9"),
    ],
)
def test_a_value_that_makes_no_sense_is_refused_at_its_field(owner, client_as, field, value):
    response = client_as(owner).post("/settings/", {**FORM, field: value})

    assert response.status_code == 422
    assert list(response.context["form"].errors) == [field]
    assert get_business().currency == "SAR"
    assert not Change.objects.exists()


def test_arabic_digits_are_read(owner, client_as):
    client_as(owner).post("/settings/", {**FORM, "lapse_window_days": "٩٠"})

    assert get_business().lapse_window_days == 90


def test_the_command_line_is_validated_too(db):
    with pytest.raises(ValidationError):
        save_settings(changes={"lapse_window_days": 0}, by=None)

    assert get_business().lapse_window_days == 180


def test_within_a_request_the_business_is_read_once_and_what_one_does_with_it_is_ones_own(
    db, django_assert_num_queries
):
    with keep_business():
        with django_assert_num_queries(1):
            get_business().currency = "KWD"  # as a form writes into its own, right or wrong
            assert get_business().currency == "SAR"
        save_settings(changes={"currency": "AED"}, by=None)
        assert get_business().currency == "AED"
    with django_assert_num_queries(2):
        assert [get_business().currency, get_business().currency] == ["AED", "AED"]
