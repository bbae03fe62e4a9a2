from django.apps import AppConfig


class StreamConfig(AppConfig):
    name = "wafaa.stream"
    label = "stream"
