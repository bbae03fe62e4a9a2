"""A cursor that leads nowhere begins at the first page."""

import base64
import json

import pytest
from tests.build import make_customer

from wafaa.kit.pagination import Stretch, read_page
from wafaa.know.customers.models import Customer


def encode(place) -> str:
    return base64.urlsafe_b64encode(json.dumps(place).encode()).decode()


@pytest.mark.parametrize("key", ["created_at", "id", "name"])
@pytest.mark.parametrize(
    "cursor",
    [
        "x", encode(None), encode([False, 7, 1, False, 1]), encode([False, -1, 1, False, 1]),
        encode([False, 0, "Mona", False, 1]), encode([False, 0, 5, False, 10**18]), encode([False, 0, 10**30, False, 1]),
        encode([False, 0, "2020-01-01T00:00:00+00:00", True, 10**30]), encode([False, 0, 5, True, 1]),
        encode([False, 0, "a\x00", False, 1]), encode([False, 0, "2020-01-01", True, 1]),
    ],
)  # fmt: skip
def test_a_broken_cursor_and_one_of_another_order_are_answered(cursor, key, db):
    """Whoever sorts a list anew may still have the place of the old order in the address."""
    make_customer("1", name="Mona")
    stretches = [Stretch(rows=Customer.objects.all(), key=key, is_descending=True)]

    assert len(read_page(stretches, cursor=cursor).rows) == 1
