"""The coverage of the NPS interval, by exact enumeration."""

from typing import Final

from rich.console import Console
from rich.table import Table

from wafaa.run.words import say as _
from wafaa.science.coverage import TRUTHS, adjusted, find_coverage, plain

# First n, last n, least and highest coverage in per cent of a nominal 95.
MARKS: Final = ((10, 19, 93.0, 100.0), (20, 100, 94.0, 97.0))


def evaluate_scores() -> bool:
    """Print the table; whether every mark is met."""
    table = Table(title=_("Coverage of the NPS interval, nominal 95 %, exact"))
    for heading in (
        _("Promoters, detractors"),
        _("Answers"),
        _("Coverage"),
        _("Mark"),
        _("Plain interval"),
        "",
    ):
        table.add_column(heading)
    all_met = True
    for promoting, detracting in TRUTHS:
        for first, last, least, most in MARKS:
            found = [100 * find_coverage(promoting, detracting, n, adjusted) for n in range(first, last + 1)]
            usual = [100 * find_coverage(promoting, detracting, n, plain) for n in range(first, last + 1)]
            met = least <= min(found) and max(found) <= most
            all_met = all_met and met
            table.add_row(
                f"{promoting:.2f}, {detracting:.2f}",
                f"{first}-{last}",
                f"{min(found):.2f}-{max(found):.2f} %",
                f"{least:g}-{most:g} %" if most < 100 else f"≥ {least:g} %",
                f"{min(usual):.2f}-{max(usual):.2f} %",
                _("met") if met else _("missed"),
            )
    console = Console()
    console.print(table)
    console.print(_("All marks are met.") if all_met else _("Not all marks are met."), highlight=False)
    return all_met
