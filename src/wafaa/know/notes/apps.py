from django.apps import AppConfig


class KnowNotesConfig(AppConfig):
    name = "wafaa.know.notes"
    label = "know_notes"
