from django.apps import AppConfig


class ShowSendingConfig(AppConfig):
    name = "wafaa.show.sending"
    label = "show_sending"
