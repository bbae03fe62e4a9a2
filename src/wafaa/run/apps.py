from django.apps import AppConfig


class RunConfig(AppConfig):
    name = "wafaa.run"
    label = "run"
