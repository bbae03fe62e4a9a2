"""The ready texts: whole in both languages, sendable with little, and free of what keeps readers of one sex out."""

import re
from zoneinfo import ZoneInfo

import pytest

from wafaa.act.messages.rendering.compiling import compile_texts, find_gaps
from wafaa.act.messages.rendering.frame import Style
from wafaa.act.messages.rendering.names import build_samples
from wafaa.act.messages.rendering.ready import READY
from wafaa.act.messages.rendering.render import render
from wafaa.act.messages.rendering.rules import Content, Missing, Rendered, Setting

LINKS = {"unsubscribe": "https://a.example/u/1", "preferences": "https://a.example/p/1"}
# What must be known for each; of all else nothing.
NEEDED = {
    "receipt": ("order.number", "order.at", "order.total", "order.lines"),
    "thanks": ("order.number",),
    "delay": ("order.number", "delivery.expected_on"),
    "delivered": ("order.number",),
    "cart": ("cart.lines", "cart.url"),
    "win_back": ("business.website",),
    "birthday": (),
    "anniversary": ("customer.years",),
    "new_product": ("product.name", "product.url"),
    "survey_delivery": ("survey.link",),
    "survey_call": ("survey.link",),
    "survey_nps": ("survey.link",),
    "review_request": ("survey.link",),
    "survey_reminder": ("survey.link",),
    "gift": ("gift.name",),
    "suggestion_done": ("suggestion.done",),
    "points_earned": ("points.amount",),
    "points_expiring": ("points.amount", "points.ends_on"),
    "birthday_gift": ("points.amount",),
    "programme_welcome": (),
    "tier_up": ("tier.name_ar", "tier.name_en"),
    "reward_redeemed": ("reward.name_ar", "reward.name_en"),
}


def compile_ready(key):
    made = compile_texts(READY[key].content, purpose=READY[key].purpose, blocks={}, style=Style())
    assert made.problems == []
    return Content(key=key, compiled=made.texts)


def pick(samples, names):
    """Of the samples only these names."""
    picked = {}
    for name in names:
        group, field = name.split(".")
        picked.setdefault(group, {})[field] = samples[group][field]
    return picked


def write(key, language, channel, values):
    business = {language: {"website": "https://shop.example"}}
    setting = Setting(zone=ZoneInfo("Asia/Riyadh"), currency="SAR", business=business)
    return render(
        compile_ready(key), language=language, channel=channel, values=values, setting=setting, links=LINKS
    )


def test_each_ready_text_says_all_in_both_languages():
    assert set(READY) == set(NEEDED)
    for text in READY.values():
        assert find_gaps(text.content, ["ar", "en"]) == {}
        assert str(text.name)
        assert str(text.about)


@pytest.mark.parametrize("language", ["ar", "en"])
@pytest.mark.parametrize("key", list(NEEDED))
def test_a_ready_text_is_whole_with_what_it_needs_and_not_sent_without(key, language):
    samples = build_samples(language)
    values = pick(samples, [name for name in NEEDED[key] if not name.startswith("business.")])

    for channel in ("email", "sms"):
        found = write(key, language, channel, values)
        assert isinstance(found, Rendered), found
        said = found.text + found.subject
        assert not re.search(r"\{\{|\}\}|\{%| ,| \.|،،|  \S|None", said.replace("\n", "|")), said
        full = write(
            key, language, channel, {name: told for name, told in samples.items() if name != "links"}
        )
        assert isinstance(full, Rendered)
        if channel == "sms":
            assert full.parts.parts <= 4
    if values:
        assert isinstance(write(key, language, "email", {}), Missing)


# An imperative or a present tense of the second person has a sex in Arabic; the texts do without.
SEXED = (
    r"(?:^|\s)(?:اضغط|انقر|اختر|تفضل|عزيزي|عزيزتي|استخدم|احصل|اطلب|اشتر|تابع|لا تتردد|راسلنا|أخبرنا|تواصل|سجل)"
    r"(?:\s|$|[،.])"
)


@pytest.mark.parametrize("key", list(NEEDED))
def test_arabic_texts_speak_to_women_and_men_alike(key):
    for fields in READY[key].content["ar"].values():
        for text in fields.values():
            assert not re.search(SEXED, text), re.search(SEXED, text)
