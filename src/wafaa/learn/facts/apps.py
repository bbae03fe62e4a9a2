from django.apps import AppConfig


class LearnFactsConfig(AppConfig):
    name = "wafaa.learn.facts"
    label = "learn_facts"
