"""Templates: made, said anew in versions, compiled when saved, with blocks and a look that they share."""

import uuid

import pytest
from tests.build import make_customer

from wafaa.access.audit.models import Change
from wafaa.act.messages.actions.blocks import remove_block, save_block, save_look
from wafaa.act.messages.actions.templates import (
    add_ready,
    change_template,
    copy_template,
    create_template,
    restore_version,
    save_version,
    set_state,
)
from wafaa.act.messages.errors import (
    BlockMissing,
    BlockUsed,
    ReadyTextMissing,
    TemplateIncomplete,
    TemplateMissing,
    TemplateWrong,
)
from wafaa.act.messages.models import Block, Look, Template, TemplateVersion
from wafaa.act.messages.people import read_people
from wafaa.act.messages.queries import find_readers
from wafaa.act.messages.rendering.render import render
from wafaa.act.messages.template_queries import (
    get_template,
    list_gaps,
    list_own_names,
    list_ready,
    list_templates,
    list_versions,
    preview,
)
from wafaa.act.messages.writing import read_setting
from wafaa.know.customers.models import Customer, OwnField

pytestmark = pytest.mark.django_db

TEXTS = {
    "ar": {"email": {"subject": "أهلًا", "body": "أهلًا {{ customer.first_name | default: 'بك' }}"}},
    "en": {"email": {"subject": "Hello", "body": "Hello {{ customer.first_name | default: 'there' }}"}},
}


def make_template(**changes):
    told = {"name": "Welcome", "purpose": "service", "content": TEXTS, "by": None}
    return create_template(**(told | changes))


def test_a_template_begins_as_a_draft_with_its_first_version():
    template = get_template(make_template(topic="news").uuid)

    assert (template.state, template.topic, template.latest.number) == ("draft", "news", 1)
    assert template.latest.names == [
        "business.address",
        "business.logo",
        "business.name",
        "business.support",
        "customer.first_name",
    ]
    assert set(template.latest.compiled["ar"]["email"]) == {"subject", "html", "text"}
    assert Change.objects.get().deed == "create_template"


def test_what_cannot_be_read_is_not_saved():
    with pytest.raises(TemplateWrong) as raised:
        make_template(content={"en": {"sms": {"text": "{{ customer.frist_name }}"}}})

    assert raised.value.facts["problems"][0].nearest == "customer.first_name"
    assert "customer.frist_name" in str(raised.value)
    assert not Template.objects.exists()
    assert not Change.objects.exists()


def test_another_content_is_another_version_and_the_same_is_none():
    template = make_template()
    changed = {**TEXTS, "en": {"sms": {"text": "Hi"}}}

    assert save_version(template_uuid=template.uuid, content=TEXTS, by=None).number == 1
    assert save_version(template_uuid=template.uuid, content=changed, by=None).number == 2
    assert restore_version(template_uuid=template.uuid, number=1, by=None).number == 3

    versions = list(list_versions(template))
    assert [one.number for one in versions] == [3, 2, 1]
    assert versions[0].content == versions[2].content == TEXTS
    assert versions[1].compiled["en"] == {"sms": {"text": "Hi"}}
    assert get_template(template.uuid).latest == versions[0]


def test_a_template_that_says_nothing_cannot_be_sent():
    template = make_template(content={})

    with pytest.raises(TemplateIncomplete):
        set_state(template_uuid=template.uuid, state="ready", by=None)

    assert get_template(template.uuid).state == "draft"
    ready = set_state(template_uuid=make_template().uuid, state="ready", by=None)
    with pytest.raises(TemplateIncomplete):
        save_version(template_uuid=ready.uuid, content={"en": {"sms": {"text": " "}}}, by=None)
    assert get_template(ready.uuid).latest.number == 1


def test_an_offer_gets_its_way_out_when_a_template_becomes_one():
    template = make_template()
    assert "links.unsubscribe" not in template.latest.compiled["en"]["email"]["html"]

    change_template(template_uuid=template.uuid, changes={"purpose": "marketing", "name": "Offer"}, by=None)

    kept = get_template(template.uuid)
    assert "links.unsubscribe" in kept.latest.compiled["en"]["email"]["html"]
    assert (kept.name, kept.latest.number) == ("Offer", 1)
    assert Change.objects.latest("pk").before == {"name": "Welcome", "purpose": "service"}


def test_put_away_templates_are_not_listed_and_copies_begin_anew():
    template = make_template()
    copied = copy_template(template_uuid=template.uuid, name="Copy", by=None)
    set_state(template_uuid=template.uuid, state="archived", by=None)

    assert [one.name for one in list_templates()] == ["Copy"]
    assert list_templates(search="cop").get() == copied
    assert get_template(copied.uuid).latest.content == TEXTS
    with pytest.raises(TemplateMissing):
        get_template(uuid.uuid4())


def test_a_changed_block_is_at_once_in_every_template_that_has_it():
    save_block(name="sign", content={"en": "Yours, Emma"}, by=None)
    content = {"en": {"email": {"subject": "x", "body": "Hi\n\n{% render 'sign' %}"}}}
    template, other = make_template(content=content), make_template(name="Other")
    before = other.latest.compiled

    save_block(name="sign", content={"en": "Yours, Noura"}, by=None)

    assert "Yours, Noura" in get_template(template.uuid).latest.compiled["en"]["email"]["html"]
    assert get_template(other.uuid).latest.compiled == before
    assert TemplateVersion.objects.count() == 2
    with pytest.raises(BlockUsed):
        remove_block(name="sign", by=None)
    with pytest.raises(BlockMissing):
        remove_block(name="nothing", by=None)


def test_a_block_that_would_break_a_template_is_not_saved():
    save_block(name="sign", content={"en": "Yours"}, by=None)
    content = {"en": {"email": {"subject": "x", "body": "<mj-text>Hi {% render 'sign' %}</mj-text>"}}}
    template = make_template(content=content)
    before = template.latest.compiled

    for broken in ("{{ nobody.knows }}", "{% if order.url %}", "</mj-text></mj-column>"):
        with pytest.raises(TemplateWrong):
            save_block(name="sign", content={"en": broken}, by=None)

    assert Block.objects.get().content == {"en": "Yours"}
    assert get_template(template.uuid).latest.compiled == before


def test_header_footer_and_look_are_those_of_every_mail():
    template = make_template()

    save_block(
        name="footer",
        content={"en": "<mj-text>Our foot</mj-text>", "ar": "<mj-text>قدمنا</mj-text>"},
        by=None,
    )
    save_look(changes={"colour": "#123456"}, by=None)

    html = get_template(template.uuid).latest.compiled["ar"]["email"]["html"]
    assert "قدمنا" in html
    assert "#123456" in html
    remove_block(name="footer", by=None)
    assert "قدمنا" not in get_template(template.uuid).latest.compiled["ar"]["email"]["html"]
    assert Look.objects.get().colour == "#123456"


def test_ready_texts_are_switched_on_once():
    template = add_ready(key="delay", by=None)

    assert (template.state, template.purpose) == ("ready", "service")
    assert add_ready(key="delay", by=None) == template
    assert list_gaps(get_template(template.uuid)) == {}
    assert {text.key: made for text, made in list_ready()}["delay"] == template
    with pytest.raises(ReadyTextMissing):
        add_ready(key="nothing", by=None)


def test_what_is_not_saved_yet_can_be_looked_at():
    shown = preview(
        content=TEXTS, purpose="marketing", language="ar", channel="email", setting=read_setting()
    ).shown

    assert shown.subject == "أهلًا"
    assert "نورة" in shown.html
    problems = preview(
        content={"en": {"sms": {"text": "{{ nobody }}"}}},
        purpose="service",
        language="en",
        channel="sms",
        setting=read_setting(),
    ).problems
    assert [one.code for one in problems] == ["unknown_name"]


def test_own_fields_of_customers_may_be_asked_for_by_their_keys():
    OwnField.objects.create(key="shoe_size", label_en="Shoe size", kind="number")
    text = {"en": {"sms": {"text": "Size {{ customer.own.shoe_size }}"}}}

    template = make_template(content=text)
    with pytest.raises(TemplateWrong) as raised:
        make_template(content={"en": {"sms": {"text": "{{ customer.own.shoe_sise }}"}}})

    assert raised.value.facts["problems"][0].nearest == "customer.own.shoe_size"
    assert [one.path for one in list_own_names()] == ["customer.own.shoe_size"]
    content = get_template(template.uuid).latest.to_content(template.languages)
    customer = make_customer("7")
    Customer.objects.filter(pk=customer.pk).update(attributes={"shoe_size": 42})
    people = read_people(find_readers([customer.pk]), template.latest.names)
    shown = render(
        content,
        language="en",
        channel="sms",
        values={"customer": people[customer.pk]},
        setting=read_setting(),
    )
    assert shown.text == "Size 42"
