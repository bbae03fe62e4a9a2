from django.apps import AppConfig


class ActPointsConfig(AppConfig):
    name = "wafaa.act.points"
    label = "act_points"
