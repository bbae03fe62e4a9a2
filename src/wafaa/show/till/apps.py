from django.apps import AppConfig


class ShowTillConfig(AppConfig):
    name = "wafaa.show.till"
    label = "show_till"
