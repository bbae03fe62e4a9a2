from django.apps import AppConfig


class LearnScoresConfig(AppConfig):
    name = "wafaa.learn.scores"
    label = "learn_scores"
