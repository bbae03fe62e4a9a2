"""The request as a page of the console gets it."""

from typing import Any

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from wafaa.access.staff.models import Staff


class StaffRequest(HttpRequest):
    """A request whose sender has signed in: `requires` lets nobody else through."""

    staff: Staff
    business: Any  # access.business.models.Business, which lies above this room
    htmx: HtmxDetails
