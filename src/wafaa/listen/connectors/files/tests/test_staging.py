"""What rows mean: orders, lines, refunds, customers, money."""

import datetime
from decimal import Decimal

import pytest

from wafaa.listen.connectors.files.actions import build_fact_tables
from wafaa.listen.connectors.files.errors import CurrencyUnknown, TimeZoneUnknown
from wafaa.listen.connectors.files.tests.files import stage

HEAD = "order id,date,customer id,sku,quantity,unit price\n"


def at(text: str) -> datetime.datetime:
    return datetime.datetime.fromisoformat(text)


def test_lines_of_one_number_are_one_order_at_its_earliest_time(tmp_path):
    staged = stage(
        tmp_path,
        HEAD
        + "1,2024-01-05 10:00,7,A,2,10.50\n2,2024-01-06 09:00,8,A,1,5\n"
        + "1,2024-01-05 09:30,7,B,1,0.005\n1,2024-01-05 10:00,7,A,2,10.50\n",
    )

    assert staged.counts.orders == 2
    assert staged.orders["1"]["happened_at"] == at("2024-01-05 09:30")
    assert staged.orders["1"]["gross_minor"] == 2100 + 2100 + 1  # half a cent is rounded away from zero
    assert staged.orders["1"]["counted_lines"] == 3
    assert [(row["order_no"], row["ordinal"], row["sku"]) for row in staged.rows("lines")] == [
        (1, 1, "A"),
        (1, 2, "B"),
        (1, 3, "A"),
        (2, 1, "A"),
    ]


def test_naive_times_are_of_the_given_zone(tmp_path):
    staged = stage(tmp_path, HEAD + "1,2024-01-05 01:00,7,A,1,1\n", time_zone="Asia/Riyadh")

    assert staged.orders["1"]["happened_at"] == at("2024-01-04 22:00")
    assert staged.counts.first_day == "2024-01-05"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2024-01-05T09:00:00Z", "2024-01-05 09:00"),
        ("2024-01-05T09:00:00+03:00", "2024-01-05 06:00"),
        ("20240105", "2024-01-05 00:00"),
        ("5 Jan 2024 09:00", "2024-01-05 09:00"),
        ('"Jan 5, 2024 9:00 PM"', "2024-01-05 21:00"),
        ("٥ يناير ٢٠٢٤", "2024-01-05 00:00"),
        ("1704445200", "2024-01-05 09:00"),
        ("2024/1/5 9:00", "2024-01-05 09:00"),
        ("13/1/24 9:00 م", "2024-01-13 21:00"),
        ("1/13/2024", "2024-01-13 00:00"),
        ("45296.375", "2024-01-05 09:00"),
    ],
)
def test_dates_are_read_as_people_and_programs_write_them(tmp_path, text, expected):
    staged = stage(tmp_path, HEAD + f"1,{text},7,A,1,1\n")

    assert staged.orders["1"]["happened_at"] == at(expected)


@pytest.mark.parametrize(("day_first", "expected"), [(True, "2024-01-05"), (False, "2024-05-01")])
def test_an_ambiguous_day_is_as_it_was_answered(tmp_path, day_first, expected):
    staged = stage(tmp_path, HEAD + "1,05/01/2024,7,A,1,1\n", day_first=day_first)

    assert staged.counts.first_day == expected


def test_the_whole_column_tells_which_comes_first(tmp_path):
    rows = "".join(f"{n},05/01/2024,7,A,1,1\n" for n in range(50)) + "50,31/01/2024,7,A,1,1\n"

    staged = stage(tmp_path, HEAD + rows)

    assert staged.counts.last_day == "2024-01-31"
    assert staged.counts.first_day == "2024-01-05"


@pytest.mark.parametrize(
    ("numbers", "minor"),
    [
        (["1.234,50", "2,5"], [123450, 250]),
        (["1,234.50", "2.5"], [123450, 250]),
        (["1 234,50", "2,5"], [123450, 250]),
        (["1,234", "2.50"], [123400, 250]),
        (["SAR 12.50", "ر.س 3"], [1250, 300]),
        (["١٢٫٥٠", "٣"], [1250, 300]),
        (["$1,000.00", "5"], [100000, 500]),
    ],
)
def test_numbers_are_read_as_the_column_writes_them(tmp_path, numbers, minor):
    rows = "".join(f"{n}\t2024-01-05\t7\tA\t1\t{number}\n" for n, number in enumerate(numbers))

    staged = stage(tmp_path, HEAD.replace(",", "\t") + rows)

    assert [row["gross_minor"] for row in staged.rows("orders")] == minor


@pytest.mark.parametrize(("currency", "minor"), [("KWD", 10500), ("SAR", 1050), ("JPY", 11), ("", 1050)])
def test_money_has_its_currency_s_decimals(tmp_path, currency, minor):
    staged = stage(tmp_path, HEAD + "1,2024-01-05,7,A,1,10.5\n", currency=currency)

    assert staged.counts.gross_minor == minor
    assert staged.counts.currency == currency


def test_a_currency_column_is_read_by_code_sign_and_word(tmp_path):
    head = "order id,date,customer id,unit price,currency\n"
    rows = "1,2024-01-05,7,1.5,sar\n2,2024-01-05,7,1.5,ر.س\n3,2024-01-05,7,1.5,KWD\n4,2024-01-05,7,1,Taler\n"

    staged = stage(tmp_path, head + rows)

    assert [(row["currency"], row["gross_minor"]) for row in staged.rows("orders")] == [
        ("SAR", 150),
        ("SAR", 150),
        ("KWD", 1500),
    ]
    assert staged.counts.other_currencies == ["KWD"]
    assert staged.problems == [(5, "currency", "not_a_currency", "Taler")]


@pytest.mark.parametrize(
    ("options", "error"),
    [({"currency": "XYZ1"}, CurrencyUnknown), ({"time_zone": "Mars/Olympus"}, TimeZoneUnknown)],
)
def test_answers_that_are_none_are_refused(tmp_path, options, error):
    with pytest.raises(error):
        stage(tmp_path, HEAD + "1,2024-01-05,7,A,1,1\n", **options)


def test_ids_that_went_through_a_spreadsheet_are_whole_again(tmp_path):
    staged = stage(
        tmp_path, HEAD + "1,2024-01-05,17850.0,A,1,1\n2,2024-01-05,8.0,A,1,1\n3,2024-01-05,,A,1,1\n"
    )

    assert list(staged.customers) == ["17850", "8"]
    assert staged.counts.orders_without_customer == 1


def test_ids_keep_their_form_where_the_column_has_others(tmp_path):
    staged = stage(
        tmp_path, HEAD + "1,2024-01-05,1.0,A,1,1\n2,2024-01-05,V1.0,A,1,1\n3,2024-01-05,007,A,1,1\n"
    )

    assert list(staged.customers) == ["1.0", "V1.0", "007"]


def test_customers_without_number_are_known_by_mail_or_phone(tmp_path):
    head = "order id,date,email,phone,customer name,unit price\n"
    rows = "1,2024-01-05,Sara@Example.com,,سارة,1\n2,2024-01-06,,0501234567,Ali,1\n3,2024-01-07,,+966 50 123 4567,Ali B,1\n"

    staged = stage(tmp_path, head + rows)

    assert list(staged.customers) == ["email:sara@example.com", "phone:+966501234567"]
    assert staged.customers["phone:+966501234567"]["customer_name"] == "Ali B"  # the latest that was told


@pytest.mark.parametrize("nobody", ["", "0", "Guest", "عميل نقدي", "NULL"])
def test_nobody_is_no_customer(tmp_path, nobody):
    staged = stage(tmp_path, HEAD + f"1,2024-01-05,{nobody},A,1,1\n2,2024-01-05,8,A,1,1\n")

    assert list(staged.customers) == ["8"]
    assert not staged.orders["1"]["counted"]


def test_a_negative_line_gives_back_part_of_its_order(tmp_path):
    staged = stage(tmp_path, HEAD + "1,2024-01-05,7,A,2,10\n1,2024-01-09,7,A,-1,10\n")

    assert staged.orders["1"]["gross_minor"] == 2000
    refund = staged.refunds["1"]
    assert (refund["amount_minor"], refund["order_external_id"]) == (1000, "1")
    assert refund["happened_at"] == at("2024-01-09 00:00")


def test_a_prefix_marks_what_is_given_back_and_finds_its_order(tmp_path):
    rows = "101,2024-01-05,7,A,2,10\n102,2024-01-05,8,A,1,3\nC101,2024-01-07,7,A,-1,10\nC102,2024-01-07,9,A,-1,3\n"

    staged = stage(tmp_path, HEAD + rows)

    assert staged.options.refund_prefix == "C"
    assert staged.counts.orders == 2
    assert staged.refunds["C101"]["order_external_id"] == "101"
    assert staged.refunds["C102"]["order_external_id"] == ""  # another customer's
    assert staged.refunds["C102"]["candidate"] == "102"
    assert staged.counts.refunded_minor == 1300


def test_a_positive_line_of_a_credit_note_takes_from_it(tmp_path):
    rows = (
        "101,2024-01-05,7,A,2,10\n102,2024-01-05,7,A,2,10\nC1,2024-01-07,7,A,-2,10\nC1,2024-01-07,7,FEE,1,5\n"
    )

    staged = stage(tmp_path, HEAD + rows, refund_prefix="C")

    assert staged.refunds["C1"]["amount_minor"] == 1500


@pytest.mark.parametrize(
    ("header", "word", "gross", "refunded"),
    [
        ("status", "completed", 1000, 0),
        ("status", "Cancelled", 0, 0),
        ("الحالة", "ملغي", 0, 0),
        ("status", "refunded", 1000, 1000),
        ("حالة الطلب", "مسترد", 1000, 1000),
        ("الحالة", "مرتجع", 1000, 1000),
        ("financial status", "partially_refunded", 1000, 0),
        ("transaction type", "Return", 0, 1000),
        ("نوع العملية", "مرتجع", 0, 1000),
        ("status", "unpaid", 1000, 0),
    ],
)
def test_a_column_of_states_says_what_became_of_an_order(tmp_path, header, word, gross, refunded):
    text = f"order id,date,customer id,quantity,unit price,{header}\n1,2024-01-05,7,1,10,{word}\n2,2024-01-05,7,1,3,paid\n"

    staged = stage(tmp_path, text)

    assert (staged.counts.gross_minor - 300, staged.counts.refunded_minor) == (gross, refunded)


def test_stock_corrections_without_money_are_kept_and_never_counted(tmp_path):
    staged = stage(tmp_path, HEAD + "1,2024-01-05,,A,-5,0\n2,2024-01-05,7,A,1,0\n3,2024-01-05,7,A,1,1\n")

    assert (staged.counts.orders, staged.counts.refunds, staged.counts.counted_orders) == (3, 0, 1)


def test_one_row_per_order_with_a_total(tmp_path):
    staged = stage(tmp_path, "order id,date,customer id,total\n1,2024-01-05,7,29.33\n2,2024-01-05,8,-5\n")

    assert staged.orders["1"]["gross_minor"] == 2933
    assert staged.refunds["2"]["amount_minor"] == 500


def test_a_total_that_stands_on_every_line_counts_once(tmp_path):
    text = "order id,date,customer id,sku,order total\n1,2024-01-05,7,A,30\n1,2024-01-05,7,B,30\n2,2024-01-05,7,A,4\n"

    staged = stage(tmp_path, text)

    assert [row["gross_minor"] for row in staged.rows("orders")] == [3000, 400]


def test_totals_that_differ_within_an_order_are_the_lines_own(tmp_path):
    text = "order id,date,customer id,sku,total\n1,2024-01-05,7,A,30\n1,2024-01-05,7,B,12.5\n"

    staged = stage(tmp_path, text)

    assert staged.orders["1"]["gross_minor"] == 4250


def test_a_line_total_is_exact_also_where_no_price_gives_it(tmp_path):
    staged = stage(
        tmp_path,
        "order id,date,customer id,quantity,line total\n1,2024-01-05,7,3,10\n2,2024-01-05,7,7,0.01\n",
    )

    assert [row["gross_minor"] for row in staged.rows("orders")] == [1000, 1]


def test_rows_without_order_numbers_are_orders_with_the_same_number_each_time(tmp_path):
    text = "date,customer id,total\n2024-01-05,7,10\n2024-01-05,7,10\n2024-01-06 09:30:00,,4\n"

    staged = stage(tmp_path, text, time_zone="Asia/Riyadh")

    assert list(staged.orders) == ["7/2024-01-05/1", "7/2024-01-05/2", "-/2024-01-06T09:30:00/1"]


def test_discounts_tax_shipping_and_cost_are_taken(tmp_path):
    head = (
        "order id,date,customer id,quantity,unit price,line discount,order discount,tax,shipping,unit cost\n"
    )
    rows = "1,2024-01-05,7,2,10,1.5,3,2.4,15,4\n1,2024-01-05,7,1,5,0,3,2.4,15,2\n2,2024-01-05,7,1,5,0,,,,\n"

    staged = stage(tmp_path, head + rows)

    one, two = staged.rows("orders")
    assert (one["gross_minor"], one["cost_minor"]) == (1850 + 500, 1000)
    assert (one["discount_minor"], one["tax_minor"], one["shipping_minor"]) == (300, 240, 1500)
    assert two["cost_minor"] is None


def test_arabic_headings_and_digits(tmp_path):
    text = "رقم الفاتورة;تاريخ الفاتورة;رقم العميل;اسم العميل;الفرع;اسم المنتج;الكمية;سعر الوحدة\n"
    text += "١٠١;٢٠٢٤-٠١-٠٥;٧;سارة;العليا;تمر;٢;١٠٫٥٠\n"

    staged = stage(tmp_path, text)

    assert staged.orders["101"]["gross_minor"] == 2100
    assert staged.orders["101"]["store"] == "العليا"
    assert staged.customers["7"]["customer_name"] == "سارة"
    assert staged.rows("lines")[0]["product_name"] == "تمر"


def test_facts_are_built_from_staged_files(tmp_path):
    head = "order id,date,customer id,store,sku,product name,category,quantity,unit price,country\n"
    rows = "1,2024-01-05 23:30,7,RUH,A,Dates,Food,2,10,SA\n1,2024-01-05 23:30,7,RUH,A,Dates!,Food,-1,10,SA\n"

    staged = stage(tmp_path, head + rows, time_zone="UTC", currency="SAR")
    facts = {
        name: reader.read_all().to_pylist()
        for name, reader in build_fact_tables(staged.folder, time_zone="Asia/Riyadh").items()
    }

    assert facts["orders"][0]["day"] == datetime.date(2024, 1, 6)
    assert facts["orders"][0] | {"at": None} == {
        "order_id": 1, "customer_id": 1, "at": None, "day": datetime.date(2024, 1, 6), "store_id": 1, "channel": "",
        "country": "SA", "currency": "SAR", "counted": True, "counted_lines": 1, "gross_minor": 2000, "cost_minor": None,
        "discount_minor": 0, "tax_minor": 0, "shipping_minor": 0,
    }  # fmt: skip
    assert facts["order_lines"] == [
        {
            "order_id": 1, "ordinal": 1, "product_id": 1, "quantity": Decimal("2.000000"), "amount_minor": 2000,
            "cost_minor": None, "counted": True,
        }
    ]  # fmt: skip
    assert facts["refunds"][0]["order_id"] == 1
    assert facts["refund_lines"] == [{"refund_id": 1, "ordinal": 1, "product_id": 1, "amount_minor": 1000}]
    assert facts["customers"] == [{"customer_id": 1, "country": "SA", "city": "", "language": ""}]
    assert facts["products"] == [{"product_id": 1, "sku": "A", "name": "Dates", "category": "Food"}]
    assert facts["stores"] == [{"store_id": 1, "code": "RUH", "name": ""}]
