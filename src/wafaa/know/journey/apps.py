from django.apps import AppConfig


class KnowJourneyConfig(AppConfig):
    name = "wafaa.know.journey"
    label = "know_journey"
