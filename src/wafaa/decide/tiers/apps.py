from django.apps import AppConfig


class DecideTiersConfig(AppConfig):
    name = "wafaa.decide.tiers"
    label = "decide_tiers"
