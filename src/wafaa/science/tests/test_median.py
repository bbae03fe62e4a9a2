"""The median from a histogram, with an interval that assumes no distribution."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from wafaa.science.histogram import find_median


def test_the_median_has_the_interval_of_two_order_statistics():
    """Conover's ranks for n = 16: 16/2 - 0.98 * 4 = 4.08 and 1 + 16/2 + 3.92 = 12.92, outwards 4 and 13."""
    found = find_median(list(range(1, 17)), [1] * 16)

    assert (found.value, found.low, found.high) == (8.5, 4.0, 13.0)


def test_few_values_have_a_median_and_no_interval():
    found = find_median([1, 5], [2, 1])

    assert (found.value, found.low, found.reason) == (1.0, None, "too_few")
    assert find_median([], []).reason == "empty"


@given(st.dictionaries(st.integers(0, 500), st.integers(1, 9), min_size=1, max_size=40))
def test_the_median_lies_within_its_interval_and_is_numpys(histogram):
    values = [value for value, count in histogram.items() for _ in range(count)]
    found = find_median(list(histogram), list(histogram.values()))

    assert found.value == np.median(values)
    if found.low is not None:
        assert found.low <= found.value <= found.high
