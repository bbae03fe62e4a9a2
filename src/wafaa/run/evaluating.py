"""`wafaa evaluate`: what the house promises about its figures, measured here and now. No server and no database are started."""

from typing import Annotated

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


@evaluate.command("comments", epilog="Example: wafaa evaluate comments --train")
def evaluate_comments(
    train: Annotated[bool, typer.Option("--train", help="First make the shipped models anew.")] = False,
    lang: Lang = None,
) -> None:
    """How well comments are read, each figure beside its mark. Needs the real reviews (WAFAA_TEST_DATA)."""
    from wafaa.run.cli import speaking

    with speaking(lang):
        from wafaa.learn.feedback.training import evaluate_comments as measure
        from wafaa.learn.feedback.training import write_models

        if train:
            write_models()
        is_reached = True
        for figure in measure():
            typer.echo(figure.say())
            is_reached = is_reached and figure.is_reached
        if not is_reached:
            raise typer.Exit(FAILED)
