from django.urls import path

from wafaa.access.business import pages

urlpatterns = [
    path("", pages.settings, name="settings"),
]
