"""The golden values of the UCI Online Retail file (section 3c of the golden values), to the last digit."""

from datetime import date

import pytest

from wafaa.learn.measures import queries
from wafaa.learn.measures.tests.retail import write_retail_facts


@pytest.fixture(scope="module")
def folder(real_data, tmp_path_factory):
    folder = tmp_path_factory.mktemp("retail")
    write_retail_facts(folder, real_data)
    return folder


def test_the_whole_file_has_its_known_totals(folder):
    question = queries.get_whole_question(folder, currency="GBP")
    figures = queries.get_summary(question, folder=folder).total.figures
    found = {key: figures[key].value for key in ("orders", "customers", "gross", "lines")}
    assert found == {"orders": 18_532, "customers": 4_338, "gross": 891_140_790, "lines": 397_884}
    standing = queries.get_standing("GBP", folder=folder)
    assert (standing.first_day, standing.last_day) == (date(2010, 12, 1), date(2011, 12, 9))
    assert (standing.counted_orders, standing.customers, standing.counted_lines) == (18_532, 4_338, 397_884)


def test_the_cohort_of_december_2010_comes_back_as_known(folder):
    first = queries.get_cohorts(queries.get_whole_question(folder, currency="GBP"), folder=folder).cohorts[0]
    assert first.month == date(2010, 12, 1)
    assert first.active == [885, 324, 286, 340, 321, 352, 321, 309, 313, 350, 331, 445, 235]


def test_a_fifth_of_the_customers_hold_three_quarters_of_gross(folder):
    pareto = queries.get_pareto(queries.get_whole_question(folder, currency="GBP"), folder=folder)
    assert round(pareto.top_20_share * 100, 2) == 74.59
    assert pareto.customers_for_80 == 1_133
