"""The first sentence of Today, word for word, in both languages and all plural forms."""

from datetime import date

import pytest
from django.utils import translation
from django.utils.html import strip_tags

from wafaa.learn.measures.rules import Period
from wafaa.show.console.periods import Chosen
from wafaa.show.console.tests.figures import AS_OF, make_count, make_rate, make_row
from wafaa.show.console.words.headline import (
    say_customers,
    say_gained,
    say_lost,
    say_won_back,
    write_headline,
)

LAST_30 = Chosen(key="30", period=Period(start=date(2011, 11, 10), end=AS_OF), months=())
NOVEMBER = Chosen(key="month", period=Period(start=date(2011, 11, 1), end=date(2011, 12, 1)), months=())
WHOLE = Chosen(key="all", period=Period(start=date(2010, 12, 1), end=AS_OF), months=())


def make_moves(kept: int, live: int, lost: int, won_back: int, gained: int, low=None, high=None):
    return make_row(
        make_rate("retention_rate", kept, live, low, high),
        make_count("lapsed_customers", lost),
        make_count("won_back_customers", won_back),
        make_count("new_customers", gained),
    )


def read(headline) -> str:
    return strip_tags(headline.sentence)


@pytest.mark.parametrize(
    ("language", "sentence", "margin"),
    [
        (
            "en",
            (
                "Of 100 customers who were live 30 days ago, 87 still are. "
                "You lost 210 customers, won back 34 and gained 120 new ones."
            ),
            "Margin of error: with 95% certainty between 85.3 and 88.6 of 100.",
        ),
        (
            "ar",
            (
                "من كل 100 عميل كانوا نشطين قبل 30 يومًا، ما زال 87 منهم كذلك. "
                "انقطع 210 عملاء، وعاد 34 عميلًا بعد انقطاع، وانضم 120 عميلًا جديدًا."
            ),
            "هامش الخطأ: بثقة 95% بين 85.3 و88.6 من كل 100.",
        ),
    ],
)
def test_the_headline_says_how_many_of_a_hundred_stayed_and_who_moved(language, sentence, margin):
    with translation.override(language):
        headline = write_headline(make_moves(1405, 1615, 210, 34, 120, 0.8528, 0.8856), LAST_30)

    assert read(headline) == sentence
    assert strip_tags(headline.margin) == margin


def test_a_shop_with_few_customers_gets_their_number_and_no_hundred():
    row = make_moves(11, 12, 1, 0, 2)
    with translation.override("en"):
        assert read(write_headline(row, NOVEMBER)) == (
            "Of 12 customers who were live at the start of the month, 11 still were at its end. "
            "You lost 1 customer, won back 0 and gained 2 new ones."
        )
    with translation.override("ar"):
        assert read(write_headline(row, NOVEMBER)) == (
            "من 12 عميلًا كانوا نشطين في بداية الشهر، بقي 11 منهم كذلك في نهايته. "
            "انقطع عميل واحد، ولم يعد أي عميل منقطع، وانضم عميلان جديدان."
        )


def test_nearly_everybody_is_never_rounded_up_to_everybody():
    with translation.override("en"):
        assert read(write_headline(make_moves(999, 1000, 1, 0, 0), LAST_30)).startswith(
            "Of 100 customers who were live 30 days ago, 99 still are."
        )


@pytest.mark.parametrize("early", [{"chosen": WHOLE}, {"chosen": LAST_30, "is_too_early": True}])
def test_without_anybody_who_could_have_left_the_headline_tells_who_came_again(early):
    row = make_row(
        make_rate("retention_rate", 0, 0),
        make_count("customers", 4338),
        make_count("live_customers", 2800),
        make_rate("repeat_purchase_rate", 2845, 4338),
    )
    with translation.override("en"):
        assert read(write_headline(row, **early)) == (
            "4,338 customers have ordered; 66 of 100 came again, 2,800 are live today."
        )
    with translation.override("ar"):
        assert read(write_headline(row, **early)) == (
            "طلب 4,338 عميلًا حتى الآن، وعاد للشراء 66 من كل 100، وعدد النشطين اليوم 2,800."
        )


def test_numbers_in_arabic_sentences_are_isolated():
    with translation.override("ar"):
        assert (
            '<bdi dir="ltr">210</bdi>'
            in write_headline(make_moves(1405, 1615, 210, 34, 120), LAST_30).sentence
        )


@pytest.mark.parametrize(
    ("count", "customers", "lost", "won_back", "gained"),
    [
        (0, "لا عملاء", "لم ينقطع أي عميل", "لم يعد أي عميل منقطع", "لم ينضم عميل جديد"),
        (1, "عميل واحد", "انقطع عميل واحد", "عاد عميل واحد بعد انقطاع", "انضم عميل جديد واحد"),
        (2, "عميلان", "انقطع عميلان", "عاد عميلان بعد انقطاع", "انضم عميلان جديدان"),
        (3, "3 عملاء", "انقطع 3 عملاء", "عاد 3 عملاء بعد انقطاع", "انضم 3 عملاء جدد"),
        (11, "11 عميلًا", "انقطع 11 عميلًا", "عاد 11 عميلًا بعد انقطاع", "انضم 11 عميلًا جديدًا"),
        (100, "100 عميل", "انقطع 100 عميل", "عاد 100 عميل بعد انقطاع", "انضم 100 عميل جديد"),
    ],
)
def test_arabic_has_six_forms_for_customers(count, customers, lost, won_back, gained):
    with translation.override("ar"):
        said = [strip_tags(say(count)) for say in (say_customers, say_lost, say_won_back, say_gained)]

    assert said == [customers, lost, won_back, gained]
