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
        "not": "Customers who did not order",
        "often": "Customers who ordered at Olaya at most 2 times",
        "once": "Customers who entered Olaya at least 1 time",
        "lately": "Customers who are none of those whose last order was in the last 30 days",
        "everybody": "All customers",
        "hijri": "Customers whose Hijri birthday comes today",
    },
    "ar": {
        "story": "العملاء الذين طلبوا 3 مرات على الأقل، ولم يطلبوا خلال آخر 60 يومًا ومدينتهم جدة",
        "spent": "العملاء الذين أنفقوا من 100.00 ر.س. إلى 250.50 ر.س. منذ 1 مارس 2026 (فقط: من متجر Olaya)",
        "either": "العملاء الذين لغتهم العربية أو (طلبوا مرتين بالضبط وليس عليهم أي وسم)",
        "not": "العملاء الذين لم يطلبوا",
        "often": "العملاء الذين طلبوا من Olaya مرتين على الأكثر",
        "once": "العملاء الذين دخلوا Olaya مرة واحدة على الأقل",
        "lately": "العملاء الذين ليسوا ممن كان آخر طلب لهم خلال آخر 30 يومًا",
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
    "often": {"not": {"store": {"did": "ordered", "stores": ["R1"], "min": 3}}},
    "once": {"not": {"store": {"did": "visited", "stores": ["R1"], "max": 0}}},
    "lately": {"not": {"orders": {"measure": "last", "window": {"last": 30, "unit": "days"}}}},
    "everybody": {"all": []},
    "hijri": {"profile": {"field": "birth_date", "yearly": {"from": 0, "to": 0, "calendar": "hijri"}}},
}


@pytest.mark.parametrize("language", SAID)
@pytest.mark.parametrize("name", TREES)
def test_a_definition_reads_as_a_sentence(db, language, name):
    make_business(currency="SAR")
    make_store("R1", "Olaya")

    with override(language):
        said = plain(Sentences(sees_personal=True).say(read_tree(TREES[name])))

    assert (
        said.replace("\N{NO-BREAK SPACE}", " ").replace("\N{RIGHT-TO-LEFT MARK}", "") == SAID[language][name]
    )


@pytest.mark.parametrize(
    ("field", "test", "said"),
    [
        ("email", {"one_of": ["sara@example.com", "omar@example.com"]}, "e-mail is s•••• or o••••"),
        ("name", {"contains": "Sara"}, "name contains “S••••”"),
        ("phone", {"begins": "+96650"}, "phone begins with “+••••”"),
        ("birth_date", {"in": {"from": "1990-05-01", "to": "1990-05-01"}}, "birth date is ••••"),
        ("own.badge", {"min": 1234567, "max": 1234567}, "“badge” is ••••"),
        ("email", {"known": True}, "e-mail is known"),
        ("city", {"one_of": ["Jeddah"]}, "city is Jeddah"),
    ],
)
def test_who_may_not_see_personal_data_is_not_told_which_values_are_asked_for(db, field, test, said):
    condition = {"profile": {"field": field, **test}}
    sentences = Sentences(sees_personal=False)

    with override("en"):
        assert plain(sentences.say(read_tree(condition))) == f"Customers whose {said}"
        turned = plain(sentences.say(read_tree({"not": condition})))

    told = {word for word in str(test).replace("'", " ").split() if "@" in word or word in {"Sara", "+96650"}}
    assert not any(word in turned for word in told)


def test_what_somebody_told_is_no_markup(db):
    tree = read_tree({"profile": {"field": "city", "one_of": ["<b>Jeddah</b>"]}})

    with override("en"):
        assert (
            Sentences(sees_personal=True).say(tree)
            == "Customers whose city is <bdi>&lt;b&gt;Jeddah&lt;/b&gt;</bdi>"
        )
