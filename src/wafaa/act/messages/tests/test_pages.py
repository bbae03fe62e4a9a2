"""The console's pages of templates: the list, the editor, versions, tests, blocks."""

import re

import pytest
from django.core.cache import cache
from tests.build import make_business, make_customer
from tests.cast import make_staff

from wafaa.access.audit.models import Change
from wafaa.access.staff.rules import Role
from wafaa.act.messages.actions.templates import add_ready, create_template, save_version
from wafaa.act.messages.models import Block, Template
from wafaa.act.messages.pages.editing import apply_fix, insert_name
from wafaa.act.messages.rendering.ready import READY
from wafaa.act.messages.trying import deliver_test, find_test

pytestmark = pytest.mark.django_db

ENGLISH = {"HTTP_ACCEPT_LANGUAGE": "en"}
BODY = "Dear {{ customer.name }},\n\n[Your order]({{ order.url }})"


@pytest.fixture
def page(client_as, manager):
    """A manager's browser, in English."""
    make_business(name="Palm Roastery", currency="SAR", time_zone="Asia/Riyadh")
    return client_as(manager, **ENGLISH)


@pytest.fixture
def template(manager):
    return create_template(
        name="Winter",
        purpose="service",
        content={
            "ar": {"email": {"subject": "أهلًا", "body": "مرحبًا {{ customer.name }}"}},
            "en": {"email": {"subject": "Hello", "body": BODY}},
        },
        by=manager,
    )


def read(response) -> str:
    """Without the marks that isolate values."""
    return re.sub(r"\s+", " ", re.sub("[\u2066-\u2069]", "", response.content.decode()))


def address(template) -> str:
    return f"/messages/templates/{template.uuid}/"


def fill(template, **changes):
    """What the editor's form sends, with some fields written anew (`en_email_subject="…"`)."""
    written = {
        f"{language}-{channel}-{name}": text
        for language, ways in template.latest.content.items()
        for channel, told in ways.items()
        for name, text in told.items()
    }
    written |= {name.replace("_", "-", 2): text for name, text in changes.items() if name.count("_") == 2}
    told = {name: value for name, value in changes.items() if name.count("_") != 2}
    return {"number": str(template.latest.number), "channel": "email", **written, **told}


def test_the_list_offers_ready_texts_and_says_what_a_language_lacks(page, manager):
    first = read(page.get("/messages/"))
    assert first.count("Take it") == len(READY)
    assert "Your templates" not in first

    page.post("/messages/ready/", {"key": "thanks"})
    create_template(
        name="Half", purpose="service", content={"en": {"email": {"subject": "s", "body": "b"}}}, by=manager
    )

    text = read(page.get("/messages/"))
    assert text.count("Take it") == len(READY) - 1
    assert "Thank you, with use and care" in text
    assert "Arabic: nothing yet" in text
    assert Template.objects.get(ready_key="thanks").state == "ready"
    assert "Half" not in read(page.get("/messages/", {"state": "ready"}))
    assert "No template like that" in read(page.get("/messages/", {"search": "nothing"}))


def test_a_new_template_begins_empty_or_with_a_ready_text(page):
    given = {"name": "Mine", "purpose": "service", "topic": "", "languages": "en,ar", "begins": ""}
    page.post("/messages/add/", given)
    page.post("/messages/add/", {**given, "name": "Late", "begins": "delay"})

    empty, late = Template.objects.order_by("pk")
    assert (empty.latest.content, empty.languages, empty.state) == ({}, ["en", "ar"], "draft")
    assert set(late.latest.content) == {"ar", "en"}
    assert page.post("/messages/add/", {**given, "name": ""}).status_code == 422


def test_the_editor_shows_both_languages_each_in_its_direction(page, template):
    text = read(page.get(address(template)))

    assert re.search(r'<textarea id="ar-email-body"[^>]*lang="ar" dir="rtl"', text)
    assert re.search(r'<textarea id="en-email-body"[^>]*lang="en" dir="ltr"', text)
    assert "مرحبًا {{ customer.name }}" in text
    assert text.count("<iframe sandbox ") == 2


def test_what_is_written_is_saved_as_a_version_and_comes_back(page, template):
    page.post(address(template), fill(template, en_email_subject="Good morning", do="save"))
    template.refresh_from_db()
    assert template.latest.number == 2
    assert template.latest.content["en"]["email"]["subject"] == "Good morning"

    page.post(address(template), fill(template, do="save"))
    template.refresh_from_db()
    assert template.latest.number == 2

    page.post(f"{address(template)}versions/1/restore/")
    template.refresh_from_db()
    assert (template.latest.number, template.latest.content["en"]["email"]["subject"]) == (3, "Hello")


def test_what_is_wrong_is_said_at_its_line_and_nothing_is_saved(page, template):
    wrong = "Dear friend,\n\n{{ customer.frist_name }}"
    response = page.post(address(template), fill(template, en_email_body=wrong, do="save"))

    text = read(response)
    assert response.status_code == 422
    assert "There is no value called customer.frist_name. Line 3. Did you mean customer.first_name?" in text
    assert '<code class="code" dir="ltr">{{ customer.frist_name }}</code>' in text
    assert "Dear friend," in text
    template.refresh_from_db()
    assert template.latest.number == 1

    (fix,) = re.findall(r'name="fix" value="([^"]+)"', text)
    fixed = read(page.post(address(template), fill(template, en_email_body=wrong, fix=fix)))
    assert "{{ customer.first_name }}" in fixed
    assert "no value called" not in fixed


def test_a_chip_puts_its_name_into_the_field_also_without_scripts(page, template):
    given = fill(template, into="en-email-subject", insert="{{ order.number }}")
    text = read(page.post(address(template), given))

    assert 'value="Hello {{ order.number }}"' in text
    template.refresh_from_db()
    assert template.latest.number == 1


def test_who_saves_over_another_is_told_first(page, template, manager):
    given = fill(template, en_email_subject="Mine", do="save")
    theirs = {**template.latest.content, "en": {"email": {"subject": "Theirs", "body": BODY}}}
    save_version(template_uuid=template.uuid, content=theirs, by=manager)

    response = page.post(address(template), given)

    assert response.status_code == 409
    assert "Somebody else saved version" in read(response)
    page.post(address(template), {**given, "number": "2"})
    template.refresh_from_db()
    assert (template.latest.number, template.latest.content["en"]["email"]["subject"]) == (3, "Mine")


def test_the_preview_is_of_what_is_not_saved_and_stands_in_a_frame_of_its_own(page, template):
    given = fill(template, en_email_subject="Fresh {{ order.number }}")
    text = read(page.post(f"{address(template)}preview/", given, HTTP_HX_REQUEST="true"))

    assert "Fresh SO-20418" in text
    (frame,) = [one.replace("&amp;", "&") for one in re.findall(r'src="([^"]+)"', text) if "/en/" in one]
    shown = page.get(frame)
    assert "Emma Clarke" in shown.content.decode()
    policy = shown["Content-Security-Policy"]
    assert "sandbox" in policy
    assert "default-src 'none'" in policy
    assert "script-src" not in policy
    assert "frame-ancestors 'self'" in policy
    assert shown["X-Frame-Options"] == "SAMEORIGIN"
    assert "frame-src 'self'" in page.get(address(template))["Content-Security-Policy"]
    assert "frame-src" not in page.get("/messages/")["Content-Security-Policy"]


def test_nobody_opens_the_draft_of_another(page, template, client_as, owner):
    text = read(page.post(f"{address(template)}preview/", fill(template)))
    (frame,) = [one.replace("&amp;", "&") for one in re.findall(r'src="([^"]+)"', text) if "/en/" in one]

    assert "Emma Clarke" not in client_as(owner, **ENGLISH).get(frame).content.decode()


def test_the_preview_shows_the_values_of_a_customer_who_is_looked_for(page, template):
    make_customer("77", name="Salma Ahmed-2 (VIP)", language="en")
    text = read(page.post(f"{address(template)}preview/", fill(template, find="Salma")))
    assert "<bdi>Salma Ahmed-2 (VIP)</bdi>" in text
    (frame,) = [one.replace("&amp;", "&") for one in re.findall(r'src="([^"]+)"', text) if "/en/" in one]
    assert "Salma Ahmed-2 (VIP)" in page.get(frame).content.decode()

    nobody = read(page.post(f"{address(template)}preview/", fill(template, find="Zzzz")))
    assert "Nobody is called so" in nobody


def test_a_customer_who_lacks_a_value_is_said_to_get_nothing(page, template):
    make_customer("78", name="Omar")
    given = fill(template, find="Omar", en_email_body="Born on {{ customer.birthday }}")
    text = read(page.post(f"{address(template)}preview/", given))

    assert "This customer would not get it" in text
    assert "customer.birthday" in text


def test_the_meter_says_parts_cost_and_what_makes_an_sms_longer(page, template):
    page.post(
        "/messages/look/",
        {"colour": "#0f6b5c", "digits": "latin", "price": "0.20"},
    )
    ask = f"{address(template)}preview/"
    plain = read(page.post(ask, fill(template, channel="sms", en_sms_text="Hello there")))
    assert "One SMS" in plain
    assert "room for 149 more" in plain.replace('<bdi dir="ltr">', "").replace("</bdi>", "")
    assert "SAR" in plain

    curly = read(
        page.post(ask, fill(template, channel="sms", en_sms_text=f"It’s {'x' * 80}", ar_sms_text="أهلًا"))
    )
    assert "2 SMS parts" in curly
    assert '<bdi class="code">’</bdi>' in curly
    assert "Arabic letters take two bytes each" in curly


def test_a_template_is_made_ready_copied_and_put_away(page, template):
    page.post(f"{address(template)}state/", {"state": "ready"})
    page.post(f"{address(template)}copy/")
    page.post(f"{address(template)}state/", {"state": "archived"})

    copied = Template.objects.exclude(pk=template.pk).get()
    template.refresh_from_db()
    assert (template.state, copied.state, copied.name) == ("archived", "draft", "Copy of Winter")
    page.post(f"{address(template)}state/", {"state": "nonsense"})
    template.refresh_from_db()
    assert template.state == "archived"


def test_an_empty_template_cannot_be_ready(page, manager):
    empty = create_template(name="Empty", purpose="service", content={}, by=manager)

    said = read(page.post(f"{address(empty)}state/", {"state": "ready"}, follow=True))

    assert "cannot be sent. Write it first" in said
    empty.refresh_from_db()
    assert empty.state == "draft"


def test_name_and_languages_are_changed(page, template):
    about = f"{address(template)}about/"
    assert 'value="Winter"' in read(page.get(about))
    page.post(about, {"name": "Spring", "purpose": "marketing", "topic": "", "languages": "en"})

    template.refresh_from_db()
    assert (template.name, template.purpose, template.languages) == ("Spring", "marketing", ["en"])
    assert 'id="ar-email-body"' not in read(page.get(address(template)))


def test_a_test_goes_to_who_asks_with_links_that_harm_nobody(page, template, manager, mailserver):
    response = page.post(address(template), fill(template, en_email_subject="Try me", do="test"))
    key = re.search(r"test=([0-9a-f-]+)", response["Location"])[1]
    assert find_test(key) == {"state": "waiting", "to": manager.email}
    assert "The test is on its way" in read(page.get(response["Location"]))

    template.refresh_from_db()
    deliver_test(
        key=key,
        template_id=template.pk,
        number=template.latest.number,
        customer_id=None,
        staff_id=manager.pk,
        site="https://wafaa.example",
    )

    assert find_test(key)["state"] == "sent"
    assert "The test was handed over" in read(page.get(f"/messages/tests/{key}/"))
    assert len(mailserver.mails) == 2
    assert page.get("/messages/test-link/").status_code == 200


def test_a_test_that_fails_says_why(template, manager, settings):
    make_business(name="Palm Roastery", currency="SAR")
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    deliver_test(
        key="0190a8b0-0000-7000-8000-000000000000",
        template_id=template.pk,
        number=1,
        customer_id=None,
        staff_id=manager.pk,
        site="https://wafaa.example",
    )

    assert cache.get("messages-test:0190a8b0-0000-7000-8000-000000000000")["error"] == "no_server"


def test_blocks_are_written_seen_and_removed_where_nothing_needs_them(page, template, manager):
    assert "No block yet" in read(page.get("/messages/blocks/"))
    given = {"name": "hours", "ar": "من 9 إلى 5", "en": "From 9 to 5"}
    shown = read(page.post("/messages/blocks/add/", {**given, "do": "show"}))
    assert shown.count("<iframe") == 2
    assert not Block.objects.exists()

    page.post("/messages/blocks/add/", {**given, "do": "save"})
    save_version(
        template_uuid=template.uuid,
        content={"en": {"email": {"subject": "s", "body": "{% render 'hours' %}"}}},
        by=manager,
    )
    assert "Winter" in read(page.get("/messages/blocks/"))
    refused = read(page.post("/messages/blocks/of/hours/remove/", follow=True))
    assert "Take it out of them first" in refused
    assert Block.objects.count() == 1

    wrong = page.post(
        "/messages/blocks/of/hours/", {"name": "hours", "en": "{{ customer.nmae }}", "do": "save"}
    )
    assert "Did you mean customer.name" in read(wrong)
    assert Block.objects.get().content["en"] == "From 9 to 5"


def test_a_fix_changes_the_wrong_name_only():
    content = {"en": {"sms": {"text": "{{ order.nr }} {{ order.nrx }} {{ my.order.nr }}"}}}
    apply_fix(content, "en|sms|text|order.nr|order.number")
    assert content["en"]["sms"]["text"] == "{{ order.number }} {{ order.nrx }} {{ my.order.nr }}"
    apply_fix(content, "nonsense")
    insert_name(content, "nonsense", "x")
    insert_name(content, "en-sms-nonsense", "x")
    assert set(content["en"]["sms"]) == {"text"}


@pytest.mark.parametrize("role", [Role.BRANCH_MANAGER, Role.CASHIER, Role.AGENT, Role.ANALYST])
def test_others_see_and_change_nothing(role, client_as, manager):
    template = add_ready(key="thanks", by=manager)
    client = client_as(make_staff(role, email="other@example.com", name="Other"))

    for place in (
        "/messages/",
        address(template),
        "/messages/settings/",
        "/messages/mailbox/",
        "/messages/blocked/",
    ):
        assert client.get(place).status_code == 403
    assert client.post(f"{address(template)}state/", {"state": "archived"}).status_code == 403
    template.refresh_from_db()
    assert template.state == "ready"
    assert not Change.objects.filter(deed="change_template", after__state="archived").exists()
