from django.apps import AppConfig


class KnowConsentsConfig(AppConfig):
    name = "wafaa.know.consents"
    label = "know_consents"
