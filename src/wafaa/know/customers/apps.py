from django.apps import AppConfig


class KnowCustomersConfig(AppConfig):
    name = "wafaa.know.customers"
    label = "know_customers"
