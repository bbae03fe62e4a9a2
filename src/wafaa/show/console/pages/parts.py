"""What all pages of figures share: period picker, as-of, the empty page."""

from datetime import datetime, timedelta

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from wafaa.access.staff.http import StaffRequest
from wafaa.access.staff.rules import Capability
from wafaa.design.formats import format_days
from wafaa.learn.measures.rules import Receipt
from wafaa.show.console.asking import Asked
from wafaa.show.console.periods import ROLLING_DAYS, WHOLE
from wafaa.show.console.queries import find_running_import

# Parameters of an address that the picker sets itself; all others it keeps.
_OWN = {"period", "month"}


def frame_context(request: StaffRequest, asked: Asked) -> dict[str, object]:
    """The context of console/period_picker.html and console/as_of.html."""
    return {
        "asked": asked,
        "chosen": asked.chosen,
        "last_day": asked.chosen.period.end - timedelta(days=1),
        "currency": asked.business.currency,
        "period_choices": list_choices(),
        "kept_parameters": [(name, value) for name, value in request.GET.items() if name not in _OWN],
        "may_import": request.staff.may(Capability.IMPORT_FILES),
        "may_export": request.staff.may(Capability.EXPORT_FIGURES),
    }


def list_choices() -> list[tuple[str, str]]:
    return [
        *((key, format_days(days)) for key, days in ROLLING_DAYS.items()),
        (WHOLE, _("Whole history")),
    ]


def render_empty(request: StaffRequest) -> HttpResponse:
    """Before the first order there is nothing to report; the page says how to bring them."""
    context = {
        "may_import": request.staff.may(Capability.IMPORT_FILES),
        "running_import": find_running_import(),
    }
    return render(request, "console/today_empty.html", context)


def receipt_context(receipt: Receipt) -> dict[str, object]:
    """The context of console/receipt_facts.html."""
    return {
        "receipt": receipt,
        "facts_at": datetime.fromisoformat(receipt.facts_at),
        "receipt_last_day": receipt.period.end - timedelta(days=1),
    }
