from django.apps import AppConfig


class ShowPrivacyConfig(AppConfig):
    name = "wafaa.show.privacy"
    label = "show_privacy"
