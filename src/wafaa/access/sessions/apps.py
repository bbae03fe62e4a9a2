from django.apps import AppConfig


class AccessSessionsConfig(AppConfig):
    name = "wafaa.access.sessions"
    label = "access_sessions"
