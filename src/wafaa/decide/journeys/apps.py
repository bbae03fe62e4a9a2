from django.apps import AppConfig


class DecideJourneysConfig(AppConfig):
    name = "wafaa.decide.journeys"
    label = "decide_journeys"
