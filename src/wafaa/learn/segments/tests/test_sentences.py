"""Definitions in words: one sentence in either language."""

import pytest
from django.utils.translation import override
from tests.build import make_business, make_store

from wafaa.learn.segments.rules import read_tree
from wafaa.learn.segments.words import Sentences, plain

STORY = {
    "all": [
        {"orders": {"measure": "count", "min": 3}},
        {"orders": {"measure": "count", "max": 0, "window": {"last": 60, "unit": "days"}}},
        {"profile": {"field": "city", "one_of": ["جدة"]}},
    ]
}
SAID = {
    "en": {
        "story": "Customers who ordered at least 3 times, who did not order in the last 60 days and whose city is جدة",
        "spent": "Customers who spent from SAR 100.00 to SAR 250.50 since 1 Mar 2026 (only at the store Olaya)",
        "either": "Customers whose language is Arabic or (who ordered exactly 2 times and who wear no tag)",
        "not": "Customers who are none of those who ordered at least 1 time",
        "everybody": "All customers",
        "hijri": "Customers whose Hijri birthday comes today",
    },
    "ar": {
        "story": "العملاء الذين طلبوا 3 مرات على الأقل، ولم يطلبوا خلال آخر 60 يومًا ومدينتهم جدة",
        "spent": "العملاء الذين أنفقوا من 100.00 ر.س. إلى 250.50 ر.س. منذ 1 مارس 2026 (فقط: من متجر Olaya)",
        "either": "العملاء الذين لغتهم العربية أو (طلبوا مرتين بالضبط وليس عليهم أي وسم)",
        "not": "العملاء الذين ليسوا ممن طلبوا مرة واحدة على الأقل",
        "everybody": "كل العملاء",
        "hijri": "العملاء الذين يحلّ عيد ميلادهم الهجري اليوم",
    },
}
TREES = {
    "story": STORY,
    "spent": {
        "orders": {
            "measure": "sum",
            "where": {"stores": ["R1"]},
            "window": {"from": "2026-03-01"},
            "min": 10000,
            "max": 25050,
        }
    },
    "either": {
        "any": [
            {"profile": {"field": "language", "one_of": ["ar"]}},
            {
                "all": [
                    {"orders": {"measure": "count", "min": 2, "max": 2}},
                    {"profile": {"field": "tags", "known": False}},
                ]
            },
        ]
    },
    "not": {"not": {"orders": {"measure": "count", "min": 1}}},
    "everybody": {"all": []},
    "hijri": {"profile": {"field": "birth_date", "yearly": {"from": 0, "to": 0, "calendar": "hijri"}}},
}


@pytest.mark.parametrize("language", SAID)
@pytest.mark.parametrize("name", TREES)
def test_a_definition_reads_as_a_sentence(db, language, name):
    make_business(currency="SAR")
    make_store("R1", "Olaya")

    with override(language):
        said = plain(Sentences().say(read_tree(TREES[name])))

    assert (
        said.replace("\N{NO-BREAK SPACE}", " ").replace("\N{RIGHT-TO-LEFT MARK}", "") == SAID[language][name]
    )


def test_what_somebody_told_is_no_markup(db):
    tree = read_tree({"profile": {"field": "city", "one_of": ["<b>Jeddah</b>"]}})

    with override("en"):
        assert Sentences().say(tree) == "Customers whose city is <bdi>&lt;b&gt;Jeddah&lt;/b&gt;</bdi>"
