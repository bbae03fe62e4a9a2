from django.urls import URLPattern, URLResolver, path

from wafaa.act.points.pages import limits, requests

urlpatterns: list[URLPattern | URLResolver] = [
    path("loyalty/requests/", requests.requests, name="balance-requests"),
    path("loyalty/requests/<uuid:request_uuid>/", requests.decide, name="balance-request-decide"),
    path("loyalty/limits/", limits.limits, name="balance-limits"),
    path("loyalty/limits/save/", limits.save, name="balance-limits-save"),
]
