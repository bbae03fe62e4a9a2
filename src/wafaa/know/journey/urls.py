from django.urls import URLPattern, URLResolver, path

from wafaa.know.journey.pages import goals, remove

urlpatterns: list[URLPattern | URLResolver] = [
    path("journey/goals/", goals, name="journey-goals"),
    path("journey/goals/<uuid:goal_uuid>/remove/", remove, name="journey-goal-remove"),
]
