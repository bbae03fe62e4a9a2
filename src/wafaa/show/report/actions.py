"""The one-shot report: a bare file of orders in, one HTML file out."""

import tempfile
import time
from pathlib import Path

from django.utils.translation import gettext as _
from django.utils.translation import override

from wafaa.show.report.errors import ReportNotWritable
from wafaa.show.report.leftovers import list_left_out, list_problems
from wafaa.show.report.queries import STEPS, compute_figures
from wafaa.show.report.reading import OnProgress, stage_facts
from wafaa.show.report.rendering import Material, render_report
from wafaa.show.report.rules import ReportOptions, ReportResult


def write_report(
    *,
    file: Path,
    output: Path,
    options: ReportOptions,
    on_progress: OnProgress | None = None,
) -> ReportResult:
    """Reads the file, counts, draws, and writes `output`, whole or not at all, asking no server or database.

    Raises a FileError of the files room for a file that cannot be read or needs an answer, ReportNotWritable.
    """
    started = time.perf_counter()
    tell = on_progress or _be_silent
    with tempfile.TemporaryDirectory(prefix="wafaa-report-") as name:
        staged = stage_facts(file=file, folder=Path(name), options=options, on_progress=tell)
        figures = compute_figures(
            staged.facts,
            currency=staged.currency,
            options=options,
            on_step=lambda done: tell(_("Counting"), done, STEPS),
        )
        tell(_("Drawing the report"), 0, 1)
        with override(options.language):
            left_out = list_left_out(
                staged.counts, figures.standing, facts=staged.facts, currency=staged.currency
            )
            problems = list_problems(staged.staging)
        material = Material(
            source=file.name,
            language=options.language,
            figures=figures,
            left_out=left_out,
            problems=problems,
            seconds=time.perf_counter() - started,
        )
        _write(output, render_report(material))
    return ReportResult(
        output=output,
        source=file.name,
        figures=figures,
        left_out=left_out,
        seconds=time.perf_counter() - started,
    )


def _write(output: Path, html: str) -> None:
    draft = output.with_name(f".{output.name}.draft")
    try:
        draft.write_text(html, encoding="utf-8")
        draft.replace(output)
    except OSError as error:
        draft.unlink(missing_ok=True)
        raise ReportNotWritable(file=output, reason=error.strerror or error) from error


def _be_silent(_what: str, _done: int, _total: int) -> None:
    """For callers who want no progress."""
