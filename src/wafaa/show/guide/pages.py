"""The guide's pages; anybody may read them."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_GET

from wafaa.access.staff.decorators import public
from wafaa.show.guide.queries import get_chapter, list_chapters
from wafaa.show.guide.rules import find_neighbours


@public
@require_GET
def guide(request: HttpRequest) -> HttpResponse:
    return render(
        request, "guide/guide.html", {"chapters": list_chapters(_language()), "frame": _frame(request)}
    )


@public
@require_GET
def chapter(request: HttpRequest, name: str) -> HttpResponse:
    try:
        found = get_chapter(name, _language())
    except KeyError as error:
        raise Http404 from error
    before, after = find_neighbours(name)
    context = {
        "chapter": found,
        "before": get_chapter(before, _language()) if before else None,
        "after": get_chapter(after, _language()) if after else None,
        "frame": _frame(request),
    }
    return render(request, "guide/chapter.html", context)


def _language() -> str:
    return "ar" if (get_language() or "").startswith("ar") else "en"


def _frame(request: HttpRequest) -> str:
    """Staff keep their menu beside the guide."""
    return "design/base.html" if getattr(request, "staff", None) else "design/base_bare.html"
