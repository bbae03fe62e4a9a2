from django.apps import AppConfig


class ShowCheckoutConfig(AppConfig):
    name = "wafaa.show.checkout"
    label = "show_checkout"
