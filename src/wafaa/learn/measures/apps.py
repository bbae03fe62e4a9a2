from importlib import import_module

from django.apps import AppConfig


class LearnMeasuresConfig(AppConfig):
    name = "wafaa.learn.measures"
    label = "learn_measures"

    def ready(self) -> None:
        # registers the functions that the analyst answers
        import_module("wafaa.learn.measures.queries")
