from django.apps import AppConfig


class ShowStartConfig(AppConfig):
    name = "wafaa.show.start"
    label = "show_start"
