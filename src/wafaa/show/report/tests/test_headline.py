"""The first sentence and its evidence, in both languages."""

from datetime import date

import pytest
from django.utils.html import strip_tags
from django.utils.translation import override

from wafaa.learn.measures.rules import (
    Cohorts,
    Figure,
    Gaps,
    Pareto,
    Period,
    Question,
    Receipt,
    Rfm,
    Row,
    Series,
    Standing,
    Summary,
)
from wafaa.show.report.headline import write_evidence, write_headline
from wafaa.show.report.rules import Figures

PERIOD = Period(start=date(2025, 1, 1), end=date(2026, 1, 1))
RECEIPT = Receipt(
    engine="none", query="", facts_version="v", facts_at="", as_of=PERIOD.end, period=PERIOD, computed_ms=0
)


def make_rate(measure, part, whole):
    value = part / whole if whole else None
    return Figure(measure=measure, unit="rate", value=value, n=whole, numerator=part, denominator=whole)


def make_summary(*figures):
    return Summary(
        total=Row(group="", label="", figures={figure.measure: figure for figure in figures}),
        rows=[],
        receipt=RECEIPT,
    )


def make_figures(*, repeat=0, customers=0, kept=0, live=0, median=None, top=None, for_80=0):
    return Figures(
        question=Question(as_of=PERIOD.end, lapse_window_days=180, currency="SAR", period=PERIOD),
        period=PERIOD,
        standing=Standing(
            facts_version="v",
            facts_at="",
            first_day=None,
            last_day=None,
            as_of=PERIOD.end,
            orders=0,
            counted_orders=0,
            counted_lines=0,
            customers=customers,
            orders_without_customer=0,
            gross_without_customer_minor=0,
            orders_in_other_currencies={},
        ),
        whole=make_summary(make_rate("repeat_purchase_rate", repeat, customers)),
        window=make_summary(make_rate("retention_rate", kept, live)),
        series=Series(grain="month", points=[], receipt=RECEIPT),
        cohorts=Cohorts(cohorts=[], receipt=RECEIPT),
        pareto=Pareto(
            customers=customers,
            gross_minor=0,
            curve=[],
            top_20_share=top,
            customers_for_80=for_80,
            receipt=RECEIPT,
        ),
        rfm=Rfm(cuts=None, cells=[], groups=[], receipt=RECEIPT),
        gaps=Gaps(histogram=[], lower_quartile=None, median=median, upper_quartile=None, receipt=RECEIPT),
        breakdowns={},
    )


@pytest.mark.parametrize(
    ("repeat", "english", "arabic"),
    [
        (656, "About two in three customers come back.", "يعود نحو عميلين من كل ثلاثة."),
        (490, "About half of the customers come back.", "يعود نحو نصف العملاء."),
        (20, "Hardly any customer comes back.", "لا يكاد يعود أحد من العملاء."),
        (980, "Nearly every customer comes back.", "يعود جميع العملاء تقريبًا."),
    ],
)
def test_the_headline_says_the_share_in_words(repeat, english, arabic):
    figures = make_figures(repeat=repeat, customers=1000)
    with override("en"):
        assert write_headline(figures) == english
    with override("ar"):
        assert write_headline(figures) == arabic


def test_a_handful_of_customers_is_not_judged():
    with override("en"):
        assert write_headline(make_figures(repeat=20, customers=29)) == (
            "There are too few customers yet to speak of loyalty."
        )


def test_an_empty_period_says_so():
    with override("en"):
        assert write_headline(make_figures()) == "No counted order lies in this period."
        assert write_evidence(make_figures()) == []


def test_every_sentence_carries_its_numbers():
    figures = make_figures(repeat=3, customers=5, kept=2, live=4, median=22.0, top=0.7459, for_80=1)
    with override("en"):
        assert [strip_tags(sentence) for sentence in write_evidence(figures)] == [
            "Of 5 customers, 3 bought more than once: 60.0%.",
            "Of 4 customers who were live 180 days before the end, 2 still were: 50.0%.",
            "Half of all next orders come within 22 days of the one before.",
            "The top 20% of customers bring 74.59% of gross sales; 1 customer alone brings 80%.",
        ]


@pytest.mark.parametrize(
    ("customers", "words"),
    [
        (1, "عميل واحد"),
        (2, "عميلين"),
        (5, "5 عملاء"),
        (11, "11 عميلًا"),
        (100, "100 عميل،"),
        (103, "103 عملاء"),
    ],
)
def test_arabic_bends_the_noun_by_its_number(customers, words):
    with override("ar"):
        sentence = write_evidence(make_figures(repeat=1, customers=customers))[0]
    assert words in strip_tags(sentence)
