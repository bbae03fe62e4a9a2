"""The first hour: a first owner by the printed code, the settings, the orders or the demo shop."""

import threading

import pytest
from django.core.cache import cache
from django.db import connection
from django.urls import reverse
from procrastinate.contrib.django.models import ProcrastinateJob
from tests.build import make_business, make_order
from tests.cast import make_staff

from wafaa.access.business.models import Business
from wafaa.access.staff.models import Staff
from wafaa.access.staff.rules import Role
from wafaa.kit.errors import WafaaError
from wafaa.show.start.actions import create_first_owner, tell_demo_progress
from wafaa.show.start.queries import DemoProgress, make_code

pytestmark = pytest.mark.django_db

PASSWORD = "saffron and cardamom"
ACCOUNT = {"name": "نورة", "email": "noura@example.com", "password": PASSWORD}
BUSINESS = {
    "name": "Al-Olaya Books",
    "language": "en",
    "currency": "GBP",
    "time_zone": "Europe/London",
    "week_start": "1",
    "tax_percent": "20",
    "prices_include_tax": "on",
}


@pytest.fixture
def demo_owner(db):
    make_business(shows_demo=True)
    return make_staff(Role.OWNER, email="owner@demo.wafaa", name="نورة القحطاني")


def test_an_installation_without_anybody_leads_to_the_code(client):
    sign_in = client.get(reverse("sign-in"))
    assert reverse("start") in sign_in.content.decode()
    assert client.get(reverse("start")).url == reverse("start-account")

    page = client.get(reverse("start-account"))

    assert page.status_code == 200
    assert "form" not in page.context


def test_the_printed_code_makes_the_first_owner_who_is_signed_in_at_once(client):
    page = client.get(reverse("start-account"), {"code": make_code()})
    assert page.status_code == 200

    answer = client.post(reverse("start-account"), {**ACCOUNT, "code": make_code()})

    assert answer.url == reverse("start-business")
    owner = Staff.objects.get()
    assert (owner.email, owner.name, owner.role, owner.language) == (
        "noura@example.com",
        "نورة",
        "owner",
        "ar",
    )
    assert client.get(reverse("start-business")).status_code == 200


@pytest.mark.parametrize("code", ["", "0" * 15, "é", "x" * 5000])
def test_without_the_code_nobody_becomes_owner(client, code):
    answer = client.post(reverse("start-account"), {**ACCOUNT, "code": code})

    assert answer.status_code == (403 if code else 200)
    assert not Staff.objects.exists()


def test_the_code_is_worth_nothing_once_somebody_is_there(client, owner):
    answer = client.post(reverse("start-account"), {**ACCOUNT, "code": make_code()})

    assert answer.url == reverse("sign-in")
    assert Staff.objects.get() == owner


def test_a_weak_password_is_said_and_nothing_is_made(client):
    answer = client.post(reverse("start-account"), {**ACCOUNT, "password": "1234567890", "code": make_code()})

    assert answer.status_code == 422
    assert answer.context["form"].non_field_errors()
    assert not Staff.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_of_two_first_owners_at_once_one_wins():
    answers, start = [], threading.Barrier(2, timeout=30)

    def make(who):
        start.wait()
        try:
            answers.append(
                create_first_owner(email=f"{who}@example.com", name=who, password=PASSWORD, language="en")
            )
        except WafaaError as error:
            answers.append(error.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=make, args=(who,)) for who in "ab"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)

    assert Staff.objects.count() == 1
    assert "owner_is_there" in answers


def test_the_demos_owner_makes_a_sign_in_of_their_own(client_as, demo_owner):
    client = client_as(demo_owner)
    assert client.get(reverse("start")).url == reverse("start-account")

    answer = client.post(reverse("start-account"), ACCOUNT)

    assert answer.url == reverse("start-business")
    assert Staff.objects.get(email="noura@example.com").role == "owner"
    assert client.get(reverse("start")).url == reverse("start-business")


def test_others_of_the_demo_make_nobody(client_as, demo_owner):
    analyst = make_staff(Role.ANALYST, email="analyst@demo.wafaa", name="Priya")

    answer = client_as(analyst).post(reverse("start-account"), ACCOUNT)

    assert answer.url == reverse("today")
    assert Staff.objects.count() == 2


def test_the_business_is_settled_and_the_orders_come_next(client_as, owner):
    answer = client_as(owner).post(reverse("start-business"), BUSINESS)

    assert answer.url == reverse("start-orders")
    business = Business.objects.get()
    assert (business.currency, business.time_zone, str(business.tax_percent)) == (
        "GBP",
        "Europe/London",
        "20.00",
    )
    assert business.lapse_window_days == 180


def test_a_wrong_setting_is_said_and_nothing_is_saved(client_as, owner):
    answer = client_as(owner).post(reverse("start-business"), {**BUSINESS, "currency": "XXQ"})

    assert answer.status_code == 422
    assert not Business.objects.filter(currency="XXQ").exists()


def test_an_empty_installation_may_look_at_the_demo_shop(client_as, owner):
    client = client_as(owner)
    assert reverse("start-demo-load") in client.get(reverse("start-orders")).content.decode()

    assert client.post(reverse("start-demo-load")).url == reverse("start-demo")
    client.post(reverse("start-demo-load"))

    jobs = ProcrastinateJob.objects.filter(task_name="wafaa.run.tasks.load_demo_shop")
    assert jobs.count() == 1


def test_where_orders_are_nobody_is_offered_the_demo(client_as, owner):
    make_order()
    client = client_as(owner)
    assert reverse("start-demo-load") not in client.get(reverse("start-orders")).content.decode()

    client.post(reverse("start-demo-load"))

    assert not ProcrastinateJob.objects.filter(task_name="wafaa.run.tasks.load_demo_shop").exists()


def test_the_demos_progress_is_shown_until_it_stands(client_as, owner):
    client = client_as(owner)
    tell_demo_progress(DemoProgress(what="Recording the events", done=5, total=10))
    panel = client.get(reverse("start-demo"), headers={"HX-Request": "true"})
    assert "Recording the events" in panel.content.decode()

    make_business(shows_demo=True)
    tell_demo_progress(DemoProgress(is_done=True))

    assert client.get(reverse("start-demo")).url == reverse("today")
    panel = client.get(reverse("start-demo"), headers={"HX-Request": "true"})
    assert panel["HX-Redirect"] == reverse("today")


def test_why_the_demo_did_not_come_is_said(client_as, owner):
    tell_demo_progress(DemoProgress(error="There are real orders here."))

    page = client_as(owner).get(reverse("start-demo")).content.decode()

    assert "There are real orders here." in page
    assert "hx-trigger" not in page.split("<main")[1]


@pytest.fixture(autouse=True)
def forget_progress(db):
    yield
    cache.clear()
