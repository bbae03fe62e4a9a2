"""What no figure counts, and why: said openly, so that nobody wonders about a difference."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from wafaa.design.formats import format_number
from wafaa.kit.money import format_money
from wafaa.learn.measures.rules import Standing
from wafaa.listen.connectors.files.actions import read_problems
from wafaa.listen.connectors.files.rules import Counts
from wafaa.show import words
from wafaa.show.report.rules import LeftOut, Problem

if TYPE_CHECKING:
    import pyarrow as pa

# The report shows the first ones; the import page offers them all for download
PROBLEMS_SHOWN = 50


def list_left_out(counts: Counts, standing: Standing, *, facts: Path, currency: str) -> list[LeftOut]:
    """In the active language; kinds of which the file has none are not mentioned."""
    lost = _count_lost(facts)
    found = [
        LeftOut(
            label=_("Orders without a customer"),
            count=standing.orders_without_customer,
            note=_("Loyalty is counted of people who are recognised. Lines: {lines}, worth {money}.").format(
                lines=format_number(lost.anonymous_lines),
                money=format_money(standing.gross_without_customer_minor, currency, words.language()),
            ),
        ),
        LeftOut(
            label=_("Refunds without a customer"),
            count=lost.anonymous_refunds,
            note=_("They belong to nobody who is counted."),
        ),
        LeftOut(
            label=_("Lines without a price or quantity above 0"),
            count=lost.worthless_lines,
            note=_("Gifts, corrections and free samples."),
        ),
        LeftOut(label=_("Cancelled orders"), count=counts.cancelled_orders, note=_("Nothing was sold.")),
        LeftOut(
            label=_("Lines that could not be read"),
            count=counts.problems,
            note=_("The first {count} are listed below.").format(count=format_number(PROBLEMS_SHOWN)),
        ),
        *(
            LeftOut(
                label=_("Orders in {currency}").format(currency=currency),
                count=count,
                note=_("Another currency is never added up at a guessed rate."),
            )
            for currency, count in standing.orders_in_other_currencies.items()
        ),
    ]
    return [item for item in found if item.count]


@dataclass(frozen=True, kw_only=True)
class _Lost:
    anonymous_lines: int
    anonymous_refunds: int
    worthless_lines: int


def _count_lost(facts: Path) -> _Lost:
    import pyarrow.compute as pc

    orders = _read(facts, "orders", ["customer_id", "counted_lines"])
    nobody = orders.filter(pc.field("customer_id").is_null())
    lines = _read(facts, "order_lines", ["counted"])
    return _Lost(
        anonymous_lines=pc.sum(nobody.column("counted_lines")).as_py() or 0,
        anonymous_refunds=_read(facts, "refunds", ["customer_id"]).column("customer_id").null_count,
        worthless_lines=lines.num_rows - (pc.sum(lines.column("counted")).as_py() or 0),
    )


def _read(facts: Path, table: str, columns: list[str]) -> "pa.Table":
    import pyarrow as pa
    import pyarrow.parquet as pq

    return pa.concat_tables(
        [pq.read_table(part, columns=columns) for part in facts.glob(f"{table}/*.parquet")]
    )


def list_problems(staging: Path) -> list[Problem]:
    """The first bad rows, with their reasons in the active language."""
    return [
        Problem(line=line, column=column, value=value, reason=reason)
        for line, column, value, reason in read_problems(staging, limit=PROBLEMS_SHOWN)
    ]
