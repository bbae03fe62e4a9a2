from django.apps import AppConfig


class ActCasesConfig(AppConfig):
    name = "wafaa.act.cases"
    label = "act_cases"
