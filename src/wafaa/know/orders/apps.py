from django.apps import AppConfig


class KnowOrdersConfig(AppConfig):
    name = "wafaa.know.orders"
    label = "know_orders"
