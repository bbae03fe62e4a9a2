from django.urls import path

from wafaa.access.keys import pages

urlpatterns = [
    path("", pages.keys, name="keys"),
    path("<slug:public_id>/revoke/", pages.revoke, name="key-revoke"),
]
