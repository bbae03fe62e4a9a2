from django.urls import path

from wafaa.listen.connectors.files import pages

urlpatterns = [
    path("", pages.imports, name="imports"),
    path("<uuid:import_uuid>/", pages.one_import, name="import"),
    path("<uuid:import_uuid>/state/", pages.import_state, name="import-state"),
    path("<uuid:import_uuid>/kind/", pages.kind, name="import-kind"),
    path("<uuid:import_uuid>/answers/", pages.answer, name="import-answers"),
    path("<uuid:import_uuid>/publish/", pages.publish, name="import-publish"),
    path("<uuid:import_uuid>/cancel/", pages.cancel, name="import-cancel"),
    path("<uuid:import_uuid>/problems.csv", pages.problems, name="import-problems"),
]
