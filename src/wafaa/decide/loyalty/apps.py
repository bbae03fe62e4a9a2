from django.apps import AppConfig


class DecideLoyaltyConfig(AppConfig):
    name = "wafaa.decide.loyalty"
    label = "decide_loyalty"
