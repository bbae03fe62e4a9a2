from django.urls import URLPattern, URLResolver, path

from wafaa.decide.experiments.pages import experiment, experiments, share

urlpatterns: list[URLPattern | URLResolver] = [
    path("experiments/", experiments, name="experiments"),
    path("experiments/share/", share, name="experiments-share"),
    path("experiments/<uuid:experiment_uuid>/", experiment, name="experiment"),
]
