from django.apps import AppConfig


class ShowReportConfig(AppConfig):
    name = "wafaa.show.report"
    label = "show_report"
