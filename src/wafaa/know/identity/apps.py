from django.apps import AppConfig


class KnowIdentityConfig(AppConfig):
    name = "wafaa.know.identity"
    label = "know_identity"
