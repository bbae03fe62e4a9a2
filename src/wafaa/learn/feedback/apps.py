from django.apps import AppConfig


class LearnFeedbackConfig(AppConfig):
    name = "wafaa.learn.feedback"
    label = "learn_feedback"
