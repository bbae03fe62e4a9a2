"""A page of figures whose answers are not there yet: it says so and comes back by itself."""

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Concatenate, ParamSpec

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render

from wafaa.access.staff.http import StaffRequest
from wafaa.kit.errors import WafaaError

P = ParamSpec("P")
# The page asks again after this time; a first count of a large shop takes some seconds.
RETRY_AFTER_S = 3


def waits_for_figures(
    view: Callable[Concatenate[StaffRequest, P], HttpResponseBase],
) -> Callable[Concatenate[StaffRequest, P], HttpResponseBase]:
    """Answers with the counting page while the analyst starts or the facts are built for the first time."""

    @wraps(view)
    def patient(request: StaffRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        try:
            return view(request, *args, **kwargs)
        except WafaaError as error:
            if error.status != HTTPStatus.SERVICE_UNAVAILABLE:
                raise
            return _ask_again(request)

    return patient


def _ask_again(request: StaffRequest) -> HttpResponse:
    # HTMX swaps answers of 2xx only, and this one has to stay in the page and ask again.
    is_fetch = request.headers.get("HX-Request") == "true"
    response = render(
        request, "console/counting.html", status=HTTPStatus.OK if is_fetch else HTTPStatus.SERVICE_UNAVAILABLE
    )
    response["Retry-After"] = str(RETRY_AFTER_S)
    return response
