from django.apps import AppConfig


class AccessAuditConfig(AppConfig):
    name = "wafaa.access.audit"
    label = "access_audit"
