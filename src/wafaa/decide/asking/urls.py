from django.urls import URLPattern, URLResolver, path

from wafaa.decide.asking.pages import links, rules

_R = "surveys/asking/<uuid:rule_uuid>/"

urlpatterns: list[URLPattern | URLResolver] = [
    path("surveys/<uuid:survey_uuid>/links/", links.links, name="survey-links"),
    path("surveys/asking/", rules.rules, name="asking"),
    path("surveys/asking/new/", rules.add, name="asking-add"),
    path(_R, rules.rule, name="asking-rule"),
    path(f"{_R}edit/", rules.edit, name="asking-edit"),
    path(f"{_R}state/", rules.turn, name="asking-state"),
    path(f"{_R}asked/", rules.asked, name="asking-asked"),
]
