"""What the terminal says about a finished report: the figures that one compares with other tools."""

from django.utils.html import strip_tags
from django.utils.translation import gettext as _
from django.utils.translation import override
from rich.console import Console
from rich.table import Table

from wafaa.design.formats import format_month, format_number, format_percent
from wafaa.kit.money import format_money
from wafaa.show.report.headline import write_headline
from wafaa.show.report.rules import ReportResult


def print_summary(result: ReportResult, console: Console, language: str) -> None:
    """The headline, the golden figures, what was left out, and where the report lies."""
    with override(language):
        console.print(strip_tags(write_headline(result.figures)), style="bold", markup=False)
        table = Table(show_header=False, box=None, padding=(0, 2, 0, 0))
        table.add_column(style="dim", overflow="fold")
        table.add_column(overflow="fold")
        for label, value in list_figures(result, language):
            table.add_row(label, value)
        console.print(table)
        for item in result.left_out:
            console.print(
                f"{_('Left out')}: {item.label}: {format_number(item.count)}", style="dim", markup=False
            )
        console.print(_("The report is in {file}").format(file=result.output), style="green", markup=False)


def list_figures(result: ReportResult, language: str) -> list[tuple[str, str]]:
    """Label and value of each line, in the active language."""
    figures = result.figures
    found = figures.whole.total.figures
    currency = figures.question.currency
    lines = [
        (_("Counted orders"), format_number(found["orders"].value)),
        (_("Customers"), format_number(found["customers"].value)),
        (_("Gross sales"), format_money(round(found["gross"].value or 0), currency, language)),
        (_("Counted lines"), format_number(found["lines"].value)),
        (_("Repeat purchase rate"), format_percent(found["repeat_purchase_rate"].value, 2)),
    ]
    if figures.cohorts.cohorts:
        first = figures.cohorts.cohorts[0]
        label = _("Cohort of {month}").format(month=format_month(first.month, language))
        lines.append((label, ", ".join(format_number(count) for count in first.active)))
    if figures.pareto.top_20_share is not None:
        lines.append((_("Top 20% of customers"), format_percent(figures.pareto.top_20_share, 2)))
    return lines
