"""The addresses of the console of surveys."""

from django.urls import path

from wafaa.listen.surveys.builder import asking, building, listing, shaping
from wafaa.listen.surveys.collecting import appearing, changing, codes
from wafaa.listen.surveys.collecting import pages as collecting
from wafaa.listen.surveys.exchange import imports, incoming, uploads
from wafaa.listen.surveys.exchange import pages as exchange

urlpatterns = [
    path("surveys/", listing.surveys, name="surveys"),
    path("surveys/new/", listing.new, name="survey-new"),
    path("surveys/collectors/<uuid:collector_uuid>/", collecting.collector, name="survey-collector"),
    path(
        "surveys/collectors/<uuid:collector_uuid>/appearing/",
        appearing.appearing,
        name="survey-collector-appearing",
    ),
    path("surveys/collectors/<uuid:collector_uuid>/change/", changing.change, name="survey-collector-change"),
    path(
        "surveys/collectors/<uuid:collector_uuid>/code.png",
        codes.picture,
        {"kind": "png"},
        name="survey-collector-png",
    ),
    path(
        "surveys/collectors/<uuid:collector_uuid>/code.svg",
        codes.picture,
        {"kind": "svg"},
        name="survey-collector-svg",
    ),
    path("surveys/collectors/<uuid:collector_uuid>/stop/", collecting.stop, name="survey-collector-stop"),
    path("surveys/collectors/<uuid:collector_uuid>/links/", collecting.single, name="survey-collector-links"),
    path("surveys/imports/<uuid:import_uuid>/", imports.one_import, name="survey-import-one"),
    path("surveys/imports/<uuid:import_uuid>/state/", imports.import_state, name="survey-import-state"),
    path("surveys/imports/<uuid:import_uuid>/cancel/", imports.cancel, name="survey-import-cancel"),
    path("surveys/imports/<uuid:import_uuid>/refused/", imports.refused, name="survey-import-refused"),
    path("surveys/files/<uuid:upload_uuid>/", uploads.upload, name="survey-upload"),
    path("surveys/<uuid:survey_uuid>/files/", uploads.uploads, name="survey-uploads"),
    path("surveys/answers/<uuid:response_uuid>/", exchange.response, name="survey-response"),
    path("surveys/<uuid:survey_uuid>/", building.build, name="survey"),
    path("surveys/<uuid:survey_uuid>/step/", building.step, name="survey-step"),
    path("surveys/<uuid:survey_uuid>/bank/", building.bank, name="survey-bank"),
    path("surveys/<uuid:survey_uuid>/preview/", building.preview, name="survey-preview"),
    path("surveys/<uuid:survey_uuid>/questions/<slug:key>/", asking.question, name="survey-question"),
    path("surveys/<uuid:survey_uuid>/pages/<slug:key>/", shaping.page, name="survey-page"),
    path("surveys/<uuid:survey_uuid>/settings/", shaping.settings, name="survey-settings"),
    path("surveys/<uuid:survey_uuid>/logic/", shaping.logic, name="survey-logic"),
    path("surveys/<uuid:survey_uuid>/check/", shaping.check, name="survey-check"),
    path("surveys/<uuid:survey_uuid>/publish/", shaping.publish, name="survey-publish"),
    path("surveys/<uuid:survey_uuid>/copy/", listing.copy, name="survey-copy"),
    path("surveys/<uuid:survey_uuid>/state/", listing.turn, name="survey-state"),
    path("surveys/<uuid:survey_uuid>/collect/", collecting.collect, name="survey-collect"),
    path("surveys/<uuid:survey_uuid>/collect/sheets/", codes.sheets, name="survey-sheets"),
    path("surveys/<uuid:survey_uuid>/answers/", exchange.answers, name="survey-answers"),
    path("surveys/<uuid:survey_uuid>/answers/export/", exchange.export, name="survey-answers-export"),
    path("surveys/<uuid:survey_uuid>/import/", incoming.import_, name="survey-import"),
]
