from django.apps import AppConfig


class LearnSegmentsConfig(AppConfig):
    name = "wafaa.learn.segments"
    label = "learn_segments"
