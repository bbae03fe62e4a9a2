from django.urls import path

from wafaa.learn.measures.definitions import JOURNEY_MEASURES, MEASURES
from wafaa.show.console.pages.audit import audit, export_audit
from wafaa.show.console.pages.cohorts import cohorts, export_cohorts
from wafaa.show.console.pages.customer_figures import customer_figures
from wafaa.show.console.pages.gaps import export_gaps, gaps
from wafaa.show.console.pages.journey import export_journey, journey
from wafaa.show.console.pages.lapse_hint import lapse_hint
from wafaa.show.console.pages.measure import export, measure
from wafaa.show.console.pages.pareto import export_pareto, pareto
from wafaa.show.console.pages.receipt import receipt
from wafaa.show.console.pages.reports import reports
from wafaa.show.console.pages.rfm import export_rfm, rfm
from wafaa.show.console.pages.staff import (
    add_staff,
    edit_staff,
    end_sessions,
    remove_second_factor,
    reset_password,
    staff_list,
)
from wafaa.show.console.pages.today import importing, today

urlpatterns = [
    path("", today, name="today"),
    path("importing/", importing, name="importing"),
    path("staff/", staff_list, name="staff"),
    path("staff/add/", add_staff, name="staff-add"),
    path("staff/<int:staff_id>/", edit_staff, name="staff-edit"),
    path("staff/<int:staff_id>/password/", reset_password, name="staff-password"),
    path("staff/<int:staff_id>/sessions/end/", end_sessions, name="staff-sessions-end"),
    path(
        "staff/<int:staff_id>/second-factor/remove/", remove_second_factor, name="staff-second-factor-remove"
    ),
    path("audit/", audit, name="audit"),
    path("audit/export/", export_audit, name="audit-export"),
    path("settings/lapse-hint/", lapse_hint, name="lapse-hint"),
    path("reports/", reports, name="reports"),
    path("reports/cohorts/", cohorts, name="report-cohorts"),
    path("reports/cohorts/export/", export_cohorts, name="report-cohorts-export"),
    path("reports/rfm/", rfm, name="report-rfm"),
    path("reports/rfm/export/", export_rfm, name="report-rfm-export"),
    path("reports/pareto/", pareto, name="report-pareto"),
    path("reports/pareto/export/", export_pareto, name="report-pareto-export"),
    path("reports/gaps/", gaps, name="report-gaps"),
    path("reports/gaps/export/", export_gaps, name="report-gaps-export"),
    path("reports/journey/", journey, name="report-journey"),
    path("reports/journey/export/", export_journey, name="report-journey-export"),
    *(path(f"reports/{key}/", journey, name=f"report-{key}") for key in JOURNEY_MEASURES),
    *(path(f"reports/{key}/", measure, {"key": key}, name=f"report-{key}") for key in MEASURES),
    path("reports/<slug:key>/", measure, name="report-measure"),
    path("reports/<slug:key>/receipt/", receipt, name="report-receipt"),
    path("reports/<slug:key>/export/", export, name="report-export"),
    path("customers/<uuid:customer_uuid>/panels/figures/", customer_figures, name="customer-panel-figures"),
]
