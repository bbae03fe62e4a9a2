from django.apps import AppConfig


class DecideGiftsConfig(AppConfig):
    name = "wafaa.decide.gifts"
    label = "decide_gifts"
