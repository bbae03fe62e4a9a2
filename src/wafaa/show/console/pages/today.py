"""Today: how loyal the customers are, what changed, what to do."""

from dataclasses import dataclass, replace
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.views.decorators.http import require_GET

from wafaa.access.staff.decorators import requires
from wafaa.access.staff.http import StaffRequest
from wafaa.access.staff.models import Staff
from wafaa.access.staff.rules import Capability
from wafaa.design.cards import FigureCard
from wafaa.learn.measures.definitions import MEASURES
from wafaa.learn.measures.rules import Figure, Row
from wafaa.learn.scores.queries import get_default_sieve
from wafaa.show.console import pictures
from wafaa.show.console.advice import Advice, advise
from wafaa.show.console.asking import Asked, ask
from wafaa.show.console.changes import compare, is_notable, order_of_telling
from wafaa.show.console.counted import waits_for_figures
from wafaa.show.console.pages.parts import frame_context, render_empty
from wafaa.show.console.pillars import list_said, show_pillars
from wafaa.show.console.queries import TodayAnswers, find_running_import, get_today
from wafaa.show.console.words.advice import Told, tell
from wafaa.show.console.words.figures import show_figure
from wafaa.show.console.words.headline import write_headline
from wafaa.show.words import within_days

# In the order of the question: do they stay, do they come back, what are they worth.
KEY_FIGURES = (
    "retention_rate",
    "live_customers",
    "repeat_purchase_rate",
    "repeat_revenue_share",
    "average_order_value",
    "purchase_frequency",
    "net",
    "new_customers",
)
# What may have changed without standing on a card.
WATCHED = (*KEY_FIGURES, "orders", "refunds")
# Shops of two weeks and a dozen customers get their figures, with the warning that they say little yet.
FEW_CUSTOMERS = 30
ADVICE_AT_ONCE = 4


@dataclass(frozen=True, kw_only=True)
class AdviceShown:
    told: Told
    url: str
    receipt_url: str


@requires(Capability.SEE_FIGURES)
@require_GET
@waits_for_figures
def today(request: StaffRequest) -> HttpResponse:
    asked = ask(request)
    if asked is None:
        return render_empty(request)
    answers = get_today(asked)
    return render(request, "console/today.html", build_context(request, asked, answers))


@requires(Capability.SEE_FIGURES)
@require_GET
def importing(request: StaffRequest) -> HttpResponse:
    """How far the import is, asked for every few seconds; when it is over, the page is loaded anew."""
    running = find_running_import()
    context = {"running_import": running, "may_import": request.staff.may(Capability.IMPORT_FILES)}
    response = render(request, "console/importing.html", context)
    if running is None:
        response["HX-Refresh"] = "true"
    return response


def build_context(request: StaffRequest, asked: Asked, answers: TodayAnswers) -> dict[str, object]:
    currency, total = asked.business.currency, answers.summary.total
    months = answers.months.points
    is_too_early = asked.is_too_early(asked.chosen.period)
    # A month that has just begun would bend every line down.
    whole_months = [point for point in months if point.period.end.day == 1]
    changes = list_moved(total, currency, asked.chosen.query)
    advice = show_advice(advise(answers.health), request.staff, currency)
    return {
        **frame_context(request, asked),
        "running_import": find_running_import(),
        "headline": write_headline(total, asked.chosen, is_too_early=is_too_early),
        "is_too_early": is_too_early,
        "figures": [
            show_figure(key, total, currency, query=asked.chosen.query, points=whole_months)
            for key in KEY_FIGURES
        ],
        "pillars": show_pillars(
            answers.journey, request.staff, currency, asked.chosen.query, said=list_scores(request, asked)
        )
        if answers.journey
        else [],
        "changes": [figure for figure, _is_certain in changes],
        "has_before": has_orders(total.previous),
        "has_significant": any(is_certain for _figure, is_certain in changes),
        "advice": advice[:ADVICE_AT_ONCE],
        "more_advice": advice[ADVICE_AT_ONCE:],
        "window": within_days(asked.business.lapse_window_days),
        "is_thin": answers.health.standing.customers < FEW_CUSTOMERS,
        "customers_chart": pictures.draw_customers(answers.months),
        "gross_label": MEASURES["gross"].label,
        "gross_chart": pictures.draw_run("gross", answers.months, currency),
        "last_month_is_open": len(whole_months) < len(months),
    }


def list_scores(request: StaffRequest, asked: Asked) -> list[FigureCard]:
    sieve = get_default_sieve(asked.business, asked.stores)
    sieve = replace(sieve, as_of=asked.question.as_of, period=asked.chosen.period)
    return list_said(request.staff, sieve, asked.business.currency, asked.chosen.query)


def has_orders(figures: dict[str, Figure]) -> bool:
    """Whether a period holds anything to compare with."""
    return "orders" in figures and bool(figures["orders"].value)


def list_moved(total: Row, currency: str, query: str) -> list[tuple[FigureCard, bool]]:
    """Figures that moved against the period before, each with whether it is certain that it is not chance.

    What chance does not explain comes first, then plain sums that moved notably.
    """
    moved: list[tuple[tuple[int, float], str, bool]] = []
    for key in WATCHED:
        figure = total.figures.get(key)
        change = compare(figure, total.previous.get(key), MEASURES[key].direction) if figure else None
        if change and is_notable(change):
            moved.append((order_of_telling(change), key, bool(change.is_significant)))
    return [
        (show_figure(key, total, currency, query=query), is_certain)
        for _order, key, is_certain in sorted(moved)
    ]


def show_advice(advice: list[Advice], staff: Staff, currency: str) -> list[AdviceShown]:
    """Advice in words, each with the address of its step; a step that the person may not take has none."""
    return [
        AdviceShown(told=tell(one, currency), url=find_step(one, staff), receipt_url=find_receipt(one))
        for one in advice
    ]


def find_step(advice: Advice, staff: Staff) -> str:
    name, capability, query = _STEPS[advice.kind]
    if not staff.may(capability):
        return ""
    if advice.group:
        query = {"group": advice.group}
    return _address(name, query)


def find_receipt(advice: Advice) -> str:
    return _address(_RECEIPTS[advice.kind], {}) if advice.kind in _RECEIPTS else ""


def _address(name: str, query: dict[str, str]) -> str:
    try:
        url = reverse(name)
    except NoReverseMatch:  # that room has no page in this installation
        return ""
    return f"{url}?{urlencode(query)}" if query else url


_STEPS: dict[str, tuple[str, Capability, dict[str, str]]] = {
    "bring_orders": ("imports", Capability.IMPORT_FILES, {}),
    "bring_newer_orders": ("imports", Capability.IMPORT_FILES, {}),
    "win_back": ("customers", Capability.SEE_CUSTOMERS, {}),
    "hold": ("customers", Capability.SEE_CUSTOMERS, {}),
    "second_order": ("customers", Capability.SEE_CUSTOMERS, {"bought": "once"}),
    "refunds_up": ("report-refunds", Capability.SEE_FIGURES, {"by": "category"}),
    "ask_for_phone": ("orders", Capability.SEE_CUSTOMERS, {"customer": "none"}),
    "lapse_window_short": ("settings", Capability.CHANGE_SETTINGS, {}),
    "lapse_window_long": ("settings", Capability.CHANGE_SETTINGS, {}),
    "depends_on_few": ("report-pareto", Capability.SEE_FIGURES, {}),
    "other_currencies": ("settings", Capability.CHANGE_SETTINGS, {}),
    "thank_the_best": ("customers", Capability.SEE_CUSTOMERS, {}),
}
_RECEIPTS: dict[str, str] = {
    "win_back": "report-rfm",
    "hold": "report-rfm",
    "second_order": "report-gaps",
    "refunds_up": "report-refunds",
    "lapse_window_short": "report-gaps",
    "lapse_window_long": "report-gaps",
    "depends_on_few": "report-pareto",
    "thank_the_best": "report-rfm",
}
