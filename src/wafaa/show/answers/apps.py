from django.apps import AppConfig


class ShowAnswersConfig(AppConfig):
    name = "wafaa.show.answers"
    label = "show_answers"
