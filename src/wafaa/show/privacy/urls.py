from django.urls import URLPattern, URLResolver, path

from wafaa.show.privacy import pages

urlpatterns: list[URLPattern | URLResolver] = [
    path("erasures/", pages.erasures, name="erasures"),
    path("erasures/<uuid:erasure_uuid>/", pages.erasure, name="erasure"),
    path("<uuid:customer_uuid>/privacy/", pages.privacy, name="privacy"),
    path("<uuid:customer_uuid>/privacy/export/", pages.export, name="privacy-export"),
    path("<uuid:customer_uuid>/privacy/erase/", pages.erase, name="privacy-erase"),
]
