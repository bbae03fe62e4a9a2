from django.apps import AppConfig


class ListenSurveysConfig(AppConfig):
    name = "wafaa.listen.surveys"
    label = "listen_surveys"
