"""CSV that a spreadsheet cannot be tricked by."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from wafaa.kit.tables import make_inert, stream_csv


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx"])
def test_a_text_that_a_spreadsheet_would_run_is_quoted(text):
    assert make_inert(text) == f"'{text}"


def test_other_cells_stay_what_they_are():
    row = ["قهوة", None, -5, Decimal("-1.50"), datetime(2026, 1, 2, 3, tzinfo=UTC), 'a "b", c']

    text = "".join(stream_csv(["a", "b", "c", "d", "e", "=f"], [row]))

    assert text == ('\ufeffa,b,c,d,e,\'=f\r\nقهوة,,-5,-1.50,2026-01-02T03:00:00+00:00,"a ""b"", c"\r\n')
