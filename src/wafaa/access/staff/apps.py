from django.apps import AppConfig


class AccessStaffConfig(AppConfig):
    name = "wafaa.access.staff"
    label = "access_staff"
