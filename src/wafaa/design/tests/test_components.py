from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.paginator import Paginator
from django.template import RequestContext, Template
from django.test import RequestFactory
from django.utils import timezone, translation

from wafaa.design.cards import Change, FigureCard


def render(source: str, language: str = "ar", path: str = "/", **context) -> str:
    request = RequestFactory().get(path)
    with translation.override(language):
        page = RequestContext(request)
        page.update(context)
        return Template("{% load design staff %}" + source).render(page)


def test_numbers_run_left_to_right_inside_arabic():
    assert (
        render("{{ 1234|number }} {{ 0.25|percent }}")
        == '<bdi dir="ltr">1,234</bdi> <bdi dir="ltr">25.0%</bdi>'
    )


def test_money_has_the_decimals_of_its_currency():
    assert render("{% money 1234567 'KWD' %}", "en") == '<bdi class="money">KWD\xa01,234.567</bdi>'
    assert render("{% money 123400 'GBP' %}") == '<bdi class="money">\u200f1,234.00\xa0£</bdi>'
    assert render("{% money None 'SAR' %}") == "–"


def test_channels_that_all_shops_have_are_told_in_the_language_of_the_reader():
    assert render("{{ 'web'|channel_name }}") == "<bdi>الموقع الإلكتروني</bdi>"
    assert render("{{ 'Store'|channel_name }}", "en") == "<bdi>In store</bdi>"
    assert render("{{ told|channel_name }}", told="<Souq>") == "<bdi>&lt;Souq&gt;</bdi>"


def test_an_address_may_break_before_its_sign():
    assert render("{{ 'a@b.c'|email }}") == '<bdi dir="ltr">a<wbr>@b.c</bdi>'
    assert render("{{ told|email }}", told="<a>") == '<bdi dir="ltr">&lt;a&gt;<wbr></bdi>'


def test_a_day_kept_as_text_is_told_as_a_day():
    assert render("{{ '2025-04-03'|local_date }}") == '<time datetime="2025-04-03">3 أبريل 2025</time>'
    assert render("{{ ''|local_date }}") == "–"


def test_moments_are_shown_in_the_zone_that_is_active():
    moment = datetime(2026, 3, 1, 22, 30, tzinfo=UTC)
    with timezone.override(ZoneInfo("Asia/Riyadh")):
        assert "2 مارس 2026 01:30" in render("{{ at|local_datetime }}", at=moment)
        assert (
            render("{{ at|local_date }}", "en", at=moment) == '<time datetime="2026-03-02">2 Mar 2026</time>'
        )


def test_what_ends_at_a_midnight_can_be_used_through_the_day_before():
    with timezone.override(ZoneInfo("Asia/Riyadh")):
        ends = datetime(2026, 11, 30, 21, tzinfo=UTC)
        assert "30 Nov 2026" in render("{{ at|last_day }}", "en", at=ends)
        assert "1 Dec 2026" in render("{{ at|last_day }}", "en", at=ends + timedelta(minutes=1))
        assert render("{{ at|last_day }}", at=None) == "–"


def test_personal_data_is_masked_for_an_analyst_and_for_nobody_at_all(analyst, agent):
    source = '{{ "نورة"|personal:staff }}'
    assert render(source, staff=agent) == "نورة"
    assert render(source, staff=analyst) == "ن••••"
    assert render(source, staff=None) == "ن••••"


def test_pages_keep_the_other_parameters_of_the_address():
    page = Paginator(range(100), 10).page(2)
    html = render("{% pagination page %}", "en", "/audit/?search=x&page=2", page=page)
    assert 'href="?search=x&amp;page=1"' in html
    assert 'href="?search=x&amp;page=3"' in html


def test_one_page_needs_no_pagination():
    assert render("{% pagination page %}", page=Paginator(range(3), 10).page(1)).strip() == ""


@pytest.mark.parametrize(
    ("order", "aria", "next_order"),
    [("", None, "-gross"), ("-gross", "descending", "gross"), ("gross", "ascending", "-gross")],
)
def test_a_head_cell_sorts_largest_first_then_the_other_way(order, aria, next_order):
    html = render("{% sort_header 'gross' 'Gross' %}", "en", f"/?order={order}&page=3")
    assert f"order={next_order}" in html
    assert "page=" not in html
    assert (f'aria-sort="{aria}"' in html) if aria else ("aria-sort" not in html)


def test_a_figure_says_better_or_worse_in_words_too():
    card = FigureCard(
        key="churn",
        label="معدل فقدان العملاء",
        value="12%",
        changes=[Change(text="+2%", versus="عن الشهر السابق", is_up=True, verdict="bad")],
        definition="نسبة",
        receipt_url="/receipts/churn/",
    )
    html = render('{% include "design/figure.html" %}', card=card)
    assert "(أسوأ)" in html
    assert 'popovertarget="about-churn"' in html
    assert 'href="/receipts/churn/"' in html


def test_a_figure_without_a_value_says_why():
    card = FigureCard(key="x", label="x", value="", missing="الإجابات غير كافية بعد")
    html = render('{% include "design/figure.html" %}', card=card)
    assert "الإجابات غير كافية بعد" in html
    assert "figure-value" not in html
