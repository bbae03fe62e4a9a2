from django.apps import AppConfig


class ShowConsoleConfig(AppConfig):
    name = "wafaa.show.console"
    label = "show_console"
