from django.apps import AppConfig


class AccessLimitsConfig(AppConfig):
    name = "wafaa.access.limits"
    label = "access_limits"
