"""One product over time: what is said of it, beside what it sells and what comes back."""

from collections.abc import Sequence
from dataclasses import replace

from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.html import strip_tags
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from wafaa.access.staff.decorators import requires
from wafaa.access.staff.http import StaffRequest
from wafaa.access.staff.rules import Capability
from wafaa.kit.money import from_minor
from wafaa.kit.tables import Cell, answer_table
from wafaa.know.orders.models import Product
from wafaa.learn.scores.queries import get_product
from wafaa.learn.scores.rules import ProductPath, ScoreFigure, Sold, TrendPoint
from wafaa.show.answers.asking import Asked, ask
from wafaa.show.answers.pages.parts import check_sees_answers, frame_context
from wafaa.show.answers.pictures import Band, draw_bands, draw_columns, draw_line, name_piece
from wafaa.show.answers.words import name_score, show_score
from wafaa.show.console.counted import waits_for_figures
from wafaa.show.console.pages.parts import receipt_context
from wafaa.show.words import money, number, percent

PERIOD = "365"


@requires(Capability.SEE_ANSWERS)
@require_GET
@waits_for_figures
def product(request: StaffRequest, number_of_product: int) -> HttpResponse:
    shown, asked = _find(number_of_product), ask(request, default=PERIOD)
    path = get_product(replace(asked.sieve, product=shown.pk))
    currency = asked.business.currency
    gross, refunds = (
        sum(getattr(one, name) for one in path.sold) for name in ("gross_minor", "refunds_minor")
    )
    trend = path.satisfied_trend if path.satisfied.n >= path.stars.n else path.stars_trend
    context = {
        **frame_context(request, asked, []),
        "product": shown,
        "name": shown.name or shown.sku,
        "has_something": bool(path.sold),
        "satisfied": show_score(path.satisfied),
        "stars": show_score(path.stars),
        "gross": money(gross, currency),
        "returned": show_returned(gross, refunds),
        "picture": draw_path(path, currency),
        "has_line": any(has_line(one) for one in (path.satisfied_trend, path.stars_trend)),
        "changes": [point for point in trend if point.is_change],
        "grain": path.grain,
        "rows": list_rows(path, currency),
        "back_url": f"{reverse('satisfaction')}?{asked.query}#products",
        **receipt_context(path.receipt),
    }
    return render(request, "answers/product.html", context)


def _find(number_of_product: int) -> Product:
    found = Product.objects.filter(pk=number_of_product).first()
    if found is None:
        raise Http404
    return found


def share_returned(gross: int, refunds: int) -> float | None:
    return refunds / gross if gross else None


def show_returned(gross: int, refunds: int) -> str:
    share = share_returned(gross, refunds)
    return percent(share) if share is not None else number(None)


def has_line(trend: Sequence[TrendPoint]) -> bool:
    return sum(point.score.is_enough for point in trend) > 1


def draw_path(path: ProductPath, currency: str) -> str:
    """Scores, sales and returns one above the other, over the same weeks or months; "" where nothing happened."""
    if len(path.sold) < 2:
        return ""
    bands = []
    for trend, name in (
        (path.satisfied_trend, name_score("csat")),
        (path.stars_trend, _("Stars of reviews")),
    ):
        if band := draw_line(trend, path.grain, name):
            bands.append(replace(band, name=name))
    told = [name_piece(one.start, path.grain) for one in path.sold]
    gross: list[float] = [one.gross_minor for one in path.sold]
    shares = [share_returned(one.gross_minor, one.refunds_minor) or 0.0 for one in path.sold]
    for name, values, said in (
        (_("Sales"), gross, [strip_tags(money(value, currency)) for value in gross]),
        (_("Given back"), shares, [strip_tags(percent(value)) for value in shares]),
    ):
        words = [f"{when}: {what}" for when, what in zip(told, said, strict=True)]
        highest = said[values.index(max(values))]
        drawn = draw_columns(values, words, f"{name}: {highest}")
        bands.append(Band(svg=drawn, high=highest, low="0", name=name))
    return draw_bands(bands, path.sold[0].start, path.sold[-1].start, path.grain)


def list_rows(path: ProductPath, currency: str) -> list[dict[str, object]]:
    """The latest first."""
    return [
        {
            "start": sold.start,
            "satisfied": show_score(satisfied.score),
            "stars": show_score(stars.score),
            "is_change": satisfied.is_change or stars.is_change,
            "gross": money(sold.gross_minor, currency),
            "returned": show_returned(sold.gross_minor, sold.refunds_minor),
        }
        for sold, satisfied, stars in reversed(
            list(zip(path.sold, path.satisfied_trend, path.stars_trend, strict=True))
        )
    ]


@requires(Capability.EXPORT_FIGURES)
@require_GET
@waits_for_figures
def export_product(request: StaffRequest, number_of_product: int) -> HttpResponseBase:
    """A row per week or month."""
    check_sees_answers(request)
    shown, asked = _find(number_of_product), ask(request, default=PERIOD)
    path = get_product(replace(asked.sieve, product=shown.pk))
    head = [
        path.grain,
        "csat",
        "csat_low",
        "csat_high",
        "csat_n",
        "stars",
        "stars_low",
        "stars_high",
        "stars_n",
    ]
    rows = [
        [sold.start.isoformat(), *_cells(satisfied.score), *_cells(stars.score), *_sold(sold, asked)]
        for sold, satisfied, stars in zip(path.sold, path.satisfied_trend, path.stars_trend, strict=True)
    ]
    return answer_table(request, f"product-{shown.pk}", [*head, "gross", "refunds"], rows)


def _cells(score: ScoreFigure) -> list[Cell]:
    return [score.value, score.low, score.high, score.n]


def _sold(sold: Sold, asked: Asked) -> list[Cell]:
    currency = asked.business.currency
    return [from_minor(sold.gross_minor, currency), from_minor(sold.refunds_minor, currency)]
