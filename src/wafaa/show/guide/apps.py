from django.apps import AppConfig


class ShowGuideConfig(AppConfig):
    name = "wafaa.show.guide"
    label = "show_guide"
