from django.apps import AppConfig


class ShowReadabilityConfig(AppConfig):
    name = "wafaa.show.readability"
    label = "show_readability"
