from django.apps import AppConfig


class DecideExperimentsConfig(AppConfig):
    name = "wafaa.decide.experiments"
    label = "decide_experiments"
