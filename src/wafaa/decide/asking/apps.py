from django.apps import AppConfig


class DecideAskingConfig(AppConfig):
    name = "wafaa.decide.asking"
    label = "decide_asking"
