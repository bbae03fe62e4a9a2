from django.urls import URLPattern, URLResolver, path

from wafaa.act.cases.pages import case, cases, panel

urlpatterns: list[URLPattern | URLResolver] = [
    path("cases/", cases.cases, name="cases"),
    path("cases/export/", cases.export, name="cases-export"),
    path("cases/settings/", cases.target, name="cases-settings"),
    path("cases/<uuid:case_uuid>/", case.case, name="case"),
    path("cases/<uuid:case_uuid>/take/", case.take, name="case-take"),
    path("cases/<uuid:case_uuid>/assign/", case.assign, name="case-assign"),
    path("cases/<uuid:case_uuid>/note/", case.note, name="case-note"),
    path("cases/<uuid:case_uuid>/contact/", case.contact, name="case-contact"),
    path("cases/<uuid:case_uuid>/close/", case.close, name="case-close"),
    path("cases/<uuid:case_uuid>/reopen/", case.reopen, name="case-reopen"),
    path("cases/<uuid:case_uuid>/undo/", case.undo, name="case-undo"),
    path("customers/<uuid:customer_uuid>/panels/cases/", panel.panel, name="customer-panel-cases"),
]
