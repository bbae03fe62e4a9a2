from django.apps import AppConfig


class AccessBusinessConfig(AppConfig):
    name = "wafaa.access.business"
    label = "access_business"
