"""`wafaa evaluate` prints its table and says by its exit code whether the marks are met."""

from typer.testing import CliRunner

from wafaa.run.cli import app
from wafaa.run.evaluations import scores, times


def test_the_coverage_of_scores_meets_its_marks():
    done = CliRunner().invoke(app, ["evaluate", "scores", "--lang", "en"])

    assert (done.exit_code, done.exception) == (0, None)
    assert "All marks are met." in done.stdout


def test_the_error_of_times_meets_its_mark(monkeypatch):
    monkeypatch.setattr(times, "INSTALLATIONS", 20)

    done = CliRunner().invoke(app, ["evaluate", "times", "--lang", "en"])

    assert (done.exit_code, done.exception) == (0, None)
    assert "met" in done.stdout


def test_a_missed_mark_is_an_exit_code(monkeypatch):
    monkeypatch.setattr(scores, "MARKS", ((10, 12, 99.0, 100.0),))

    done = CliRunner().invoke(app, ["evaluate", "scores", "--lang", "en"])

    assert done.exit_code == 1
    assert "Not all marks are met." in done.stdout
