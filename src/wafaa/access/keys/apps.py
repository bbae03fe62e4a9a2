from django.apps import AppConfig


class AccessKeysConfig(AppConfig):
    name = "wafaa.access.keys"
    label = "access_keys"
