from django.apps import AppConfig


class ShowApiConfig(AppConfig):
    name = "wafaa.show.api"
    label = "show_api"
