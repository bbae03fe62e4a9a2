from django.apps import AppConfig


class ShowPortalConfig(AppConfig):
    name = "wafaa.show.portal"
    label = "show_portal"
