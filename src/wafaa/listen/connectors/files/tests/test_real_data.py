"""Golden values of public data sets."""

from wafaa.listen.connectors.files.actions import prepare_file
from wafaa.listen.connectors.files.rules import Options


def test_online_retail_holds_its_published_counts(tmp_path, real_data):
    counts, options = prepare_file(
        real_data / "online_retail.csv.gz",
        tmp_path,
        options=Options(time_zone="Europe/London", currency="GBP"),
    )

    assert counts.lines == counts.good_lines == 541_909
    assert counts.counted_lines == 397_884
    assert counts.counted_orders == 18_532
    assert counts.counted_customers == 4_338
    assert counts.gross_minor == 891_140_790
    assert counts.problems == 0
    assert (counts.first_day, counts.last_day) == ("2010-12-01", "2011-12-09")
    assert options.refund_prefix == "C"


def test_cdnow_holds_its_published_counts(tmp_path, real_data):
    columns = {"customer_id": "1", "ordered_at": "2", "quantity": "3", "order_total": "4", "line_total": ""}

    counts, _ = prepare_file(
        real_data / "cdnow_master.txt.gz", tmp_path, options=Options(currency="USD"), columns=columns
    )

    assert counts.orders == 69_659
    assert counts.customers == 23_570
    assert counts.gross_minor == 250_031_563


def test_a_file_without_headings_is_read_by_places(tmp_path, real_data):
    columns = {"customer_id": "1", "ordered_at": "3", "quantity": "4", "order_total": "5"}

    counts, _ = prepare_file(
        real_data / "cdnow_sample.txt.gz", tmp_path, options=Options(currency="USD"), columns=columns
    )

    assert (counts.orders, counts.customers) == (6_919, 2_357)
