from django.urls import path

from wafaa.show.till.pages import asking, doing, screen

urlpatterns = [
    path("", screen.till, name="till"),
    path("store/", screen.store, name="till-store"),
    path("status/", screen.status, name="till-status"),
    path("offline/", screen.offline, name="till-offline"),
    path("worker.js", screen.worker, name="till-worker"),
    path("manifest.json", screen.manifest, name="till-manifest"),
    path("find/", asking.find, name="till-find"),
    path("quote/", asking.quote, name="till-quote"),
    path("check/", asking.check, name="till-check"),
    path("undoing/", asking.undoing, name="till-undoing"),
    path("code/", asking.code, name="till-code"),
    path("deeds/", doing.deeds, name="till-deeds"),
    path("deeds/<uuid:deed_uuid>/", doing.deed, name="till-deed"),
]
