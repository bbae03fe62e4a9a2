"""`wafaa evaluate`: what the house promises about its figures, measured here and now. No server and no database are started."""

import typer

from wafaa.run.arguments import Lang

FAILED = 1

evaluate = typer.Typer(
    help="Measure what is promised of scores, estimates and comments.", no_args_is_help=True
)


@evaluate.command("scores", epilog="Example: wafaa evaluate scores")
def evaluate_scores(lang: Lang = None) -> None:
    """How often the NPS interval holds the truth, counted exactly over every possible outcome."""
    from wafaa.run.cli import speaking

    with speaking(lang):
        from wafaa.run.evaluations.scores import evaluate_scores as run

        if not run():
            raise typer.Exit(FAILED)


@evaluate.command("times", epilog="Example: wafaa evaluate times")
def evaluate_times(lang: Lang = None) -> None:
    """How far the estimate of a survey's time is off, beside the rule of 15 seconds a question."""
    from wafaa.run.cli import speaking

    with speaking(lang):
        from wafaa.run.evaluations.times import evaluate_times as run

        if not run():
            raise typer.Exit(FAILED)
