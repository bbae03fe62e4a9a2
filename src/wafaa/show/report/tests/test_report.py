"""The one-shot report from a bare file: figures, languages, and that it needs nothing from outside.

No test here may touch the database: none asks for it, so the test runner forbids it.
"""

import re
from datetime import date
from html.parser import HTMLParser

import pytest
from django.utils.translation import override

from wafaa.learn.measures.rules import Period
from wafaa.listen.connectors.files.errors import DatesAmbiguous, FieldUnknown, FileMissing
from wafaa.show.report.actions import write_report
from wafaa.show.report.errors import AnswerUnknown, ReportNotWritable
from wafaa.show.report.rules import ReportOptions
from wafaa.show.report.terminal import list_figures

# Two branches, four customers of whom two come again, a refund, a walk-in, a gift, and a row that is no order
SHOP = """order,customer,date,store,channel,category,product,quantity,price,currency
1,c1,2025-01-05,olaya,store,Coffee,Beans,2,40.00,SAR
1,c1,2025-01-05,olaya,store,Gifts,Card,1,0.00,SAR
2,c2,2025-01-09,malqa,store,Coffee,Beans,1,40.00,SAR
3,c3,2025-02-11,olaya,web,Gifts,Box,1,120.50,SAR
4,c1,2025-02-20,olaya,web,Coffee,Beans,1,40.00,SAR
5,c2,2025-03-02,malqa,store,Coffee,Beans,3,40.00,SAR
6,c4,2025-03-15,malqa,store,Gifts,Box,1,120.50,SAR
7,,2025-03-16,malqa,store,Coffee,Beans,1,40.00,SAR
8,c4,not a day,malqa,store,Coffee,Beans,1,40.00,SAR
9,c3,2025-03-20,olaya,web,Gifts,Box,-1,120.50,SAR
"""


@pytest.fixture
def shop(tmp_path):
    path = tmp_path / "shop.csv"
    path.write_text(SHOP, encoding="utf-8")
    return path


def report(path, **options):
    chosen = ReportOptions(**{"language": "en", **options})
    return write_report(file=path, output=path.with_suffix(".html"), options=chosen)


class Page(HTMLParser):
    """What a report would fetch, and its text."""

    def __init__(self, path):
        super().__init__()
        self.fetched, self.text, self.language, self.direction, self.ids, self.links = (
            [],
            [],
            "",
            "",
            set(),
            [],
        )
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag, attrs):
        found = dict(attrs)
        if tag == "html":
            self.language, self.direction = found["lang"], found["dir"]
        self.ids.add(found.get("id"))
        for name in ("src", "href", "xlink:href", "action", "srcset", "data"):
            if found.get(name) and tag != "a" and not found[name].startswith("#"):
                self.fetched.append((tag, found[name]))
        if tag == "a":
            self.links.append(found["href"])
        if tag == "link":
            self.fetched.append((tag, "link"))

    def handle_data(self, data):
        self.text.append(data)


def test_the_figures_of_a_small_shop(shop):
    result = report(shop)

    total = result.figures.whole.total.figures
    # 80 + 40 + 120.50 + 40 + 120 + 120.50
    assert (total["orders"].value, total["customers"].value, total["lines"].value) == (6, 4, 6)
    assert (total["gross"].value, total["refunds"].value, total["net"].value) == (52_100, 12_050, 40_050)
    assert (total["repeat_purchase_rate"].numerator, total["repeat_purchase_rate"].denominator) == (2, 4)
    assert [cohort.active for cohort in result.figures.cohorts.cohorts] == [[2, 1, 1], [1, 0], [1]]
    assert result.figures.gaps.median == 49  # 46 and 52 days
    assert result.figures.question.currency == "SAR"
    assert result.figures.period == Period(start=date(2025, 1, 5), end=date(2025, 3, 21))


def test_what_is_not_counted_is_said(shop):
    with override("en"):
        left_out = {item.label: item.count for item in report(shop).left_out}

    assert left_out == {
        "Orders without a customer": 1,
        "Lines without a price or quantity above 0": 1,
        "Lines that could not be read": 1,
    }
    text = " ".join(Page(shop.with_suffix(".html")).text)
    assert "not a day" in text
    assert "this is not a date that can be read" in text


@pytest.mark.parametrize(("language", "direction"), [("en", "ltr"), ("ar", "rtl")])
def test_a_report_is_one_file_that_fetches_nothing(shop, language, direction):
    report(shop, language=language)

    output = shop.with_suffix(".html")
    page = Page(output)
    assert (page.language, page.direction) == (language, direction)
    assert page.fetched == []
    assert {link.removeprefix("#") for link in page.links} <= page.ids
    html = output.read_text(encoding="utf-8")
    assert not re.search(r"url\(\s*['\"]?(?!#)", html)
    addresses = set(re.findall(r"https?://[^\s\"'<)]+", html))
    assert addresses <= {"http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"}


def test_an_arabic_report_speaks_arabic(shop):
    report(shop, language="ar")
    text = " ".join(Page(shop.with_suffix(".html")).text)
    words = ("إجمالي المبيعات", "معدل الشراء المتكرر", "ما لم يُحتسب", "هل يبقى العملاء الجدد؟", "بيان الرقم")
    for word in words:
        assert word in text
    for english in ("Gross", "Customers", "Receipt", "Definitions", "Left out"):
        assert english not in text


def test_each_part_for_which_the_file_has_numbers_is_there(shop):
    report(shop)
    ids = Page(shop.with_suffix(".html")).ids
    assert {
        "months",
        "cohorts",
        "groups",
        "pareto",
        "rhythm",
        "store",
        "channel",
        "category",
        "left-out",
    } <= ids
    assert "country" not in ids


def test_from_and_to_narrow_the_figures(shop):
    result = report(shop, start=date(2025, 2, 1), end=date(2025, 2, 28))
    total = result.figures.whole.total.figures
    assert (total["orders"].value, total["new_customers"].value, total["returning_customers"].value) == (
        2,
        1,
        1,
    )
    assert result.figures.question.as_of == date(2025, 3, 1)


def test_an_empty_period_gives_a_page_that_says_so(shop):
    report(shop, start=date(2030, 1, 1), end=date(2030, 12, 31))
    page = Page(shop.with_suffix(".html"))
    assert "months" not in page.ids
    assert shop.with_suffix(".html").read_text().count("<h1>") == 1


def test_a_column_can_be_named(tmp_path):
    path = tmp_path / "odd.csv"
    path.write_text("nr,who,tag,betrag_x\n1,a,2025-01-01,10\n2,a,2025-01-20,12\n", encoding="utf-8")
    mapping = {"order_id": "nr", "customer_id": "who", "ordered_at": "tag", "order_total": "betrag_x"}
    total = report(path, mapping=mapping, currency="kwd").figures.whole.total.figures
    assert (total["orders"].value, total["gross"].value) == (2, 22_000)


def test_days_that_can_be_read_in_two_ways_are_asked_about(tmp_path):
    path = tmp_path / "days.csv"
    path.write_text("order,customer,date,total\n1,a,03/04/2025,10\n2,a,05/06/2025,12\n", encoding="utf-8")
    with pytest.raises(DatesAmbiguous):
        report(path)
    assert not path.with_suffix(".html").exists()

    by_day = report(path, date_order="day_first").figures
    by_month = report(path, date_order="month_first").figures
    assert (by_day.standing.first_day, by_month.standing.first_day) == (date(2025, 4, 3), date(2025, 3, 4))


def test_unknown_names_are_refused(shop):
    with pytest.raises(FieldUnknown):
        report(shop, mapping={"colour": "price"})
    with pytest.raises(AnswerUnknown):
        report(shop, answers={"colour": "red"})


def test_a_missing_file_leaves_an_older_report_alone(tmp_path):
    (tmp_path / "gone.html").write_text("older")
    with pytest.raises(FileMissing):
        report(tmp_path / "gone.csv")
    assert (tmp_path / "gone.html").read_text() == "older"


def test_a_folder_that_is_not_there_is_said(shop, tmp_path):
    with pytest.raises(ReportNotWritable):
        write_report(file=shop, output=tmp_path / "no" / "report.html", options=ReportOptions(language="en"))


def test_progress_is_told_in_the_reader_s_language(shop):
    heard = []
    with override("ar"):
        write_report(
            file=shop,
            output=shop.with_suffix(".html"),
            options=ReportOptions(language="ar"),
            on_progress=lambda what, done, total: heard.append((what, done <= total)),
        )
    assert list(dict(heard)) == ["قراءة الملف", "ترتيب الطلبات", "كتابة الحقائق", "جارٍ الحساب", "رسم التقرير"]
    assert all(sane for _what, sane in heard)


def test_the_golden_figures_of_online_retail(real_data, tmp_path):
    """UCI Online Retail, reference 3c: to the last digit."""
    result = write_report(
        file=real_data / "online_retail.csv.gz",
        output=tmp_path / "report.html",
        options=ReportOptions(language="en"),
    )

    with override("en"):
        told = dict(list_figures(result, "en"))
    assert told == {
        "Counted orders": "18,532",
        "Customers": "4,338",
        "Gross sales": "8,911,407.90",
        "Counted lines": "397,884",
        "Repeat purchase rate": "65.58%",
        "Cohort of December 2010": "885, 324, 286, 340, 321, 352, 321, 309, 313, 350, 331, 445, 235",
        "Top 20% of customers": "74.59%",
    }
    text = " ".join("".join(Page(tmp_path / "report.html").text).split())
    assert "About two in three customers come back." in text
    assert "Of 4,338 customers, 2,845 bought more than once: 65.6%." in text
    assert "8,911,407.90" in text
    assert "74.59%" in text


def test_the_golden_figures_of_cdnow(real_data, tmp_path):
    """CDNOW master: 69,659 transactions, of which 80 are worth nothing and are not counted."""
    result = write_report(
        file=real_data / "cdnow_master.txt.gz",
        output=tmp_path / "report.html",
        options=ReportOptions(language="en"),
    )
    total = result.figures.whole.total.figures
    assert (total["orders"].value, total["gross"].value) == (69_579, 250_031_563)
    assert [(item.label, item.count) for item in result.left_out] == [
        ("Lines without a price or quantity above 0", 80)
    ]
