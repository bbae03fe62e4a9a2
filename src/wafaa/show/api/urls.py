"""Only the page for people: everything else under /v1 is answered by middleware.py, before sessions and forms."""

from django.urls import path

from wafaa.show.api import pages

urlpatterns = [
    path("docs", pages.reference, name="api-docs"),
]
