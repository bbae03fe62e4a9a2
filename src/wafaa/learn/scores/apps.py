from importlib import import_module

from django.apps import AppConfig


class LearnScoresConfig(AppConfig):
    name = "wafaa.learn.scores"
    label = "learn_scores"

    def ready(self) -> None:
        # registers the functions that the analyst answers
        import_module("wafaa.learn.scores.queries")
