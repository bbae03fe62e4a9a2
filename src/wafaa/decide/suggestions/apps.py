from django.apps import AppConfig


class DecideSuggestionsConfig(AppConfig):
    name = "wafaa.decide.suggestions"
    label = "decide_suggestions"
