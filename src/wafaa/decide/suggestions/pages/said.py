"""What customers asked for and what was done: for everybody to read, without anybody's name."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_GET

from wafaa.access.business.queries import get_business
from wafaa.access.staff.decorators import public
from wafaa.decide.suggestions.actions.telling import find_answer
from wafaa.decide.suggestions.queries import list_public


@public
@require_GET
def said(request: HttpRequest) -> HttpResponse:
    language = get_language() or ""
    rows = [{"suggestion": one, "answer": find_answer(one, language)} for one in list_public()]
    return render(request, "suggestions/said.html", {"rows": rows, "shop": get_business().name})
