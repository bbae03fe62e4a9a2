"""The reference of the API, for people who write programs."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_GET

from wafaa.access.staff.decorators import public


@public
@require_GET
def reference(request: HttpRequest) -> HttpResponse:
    """Open to everybody: it says how to ask, never what the answer is. The framework is loaded on the first visit."""
    from wafaa.show.api.api import get_document
    from wafaa.show.api.reference import list_groups, list_problems, list_shapes

    document = get_document()
    origin = f"{request.scheme}://{request.get_host()}"
    context = {
        "origin": origin,
        "version": document["info"]["version"],
        "groups": list_groups(document, origin),
        "shapes": list_shapes(document),
        "problems": list_problems(),
    }
    response = render(request, "api/reference.html", context)
    patch_vary_headers(response, ("Cookie", "Accept-Language"))
    return response
