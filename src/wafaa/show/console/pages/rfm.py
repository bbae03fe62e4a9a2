"""Recency, frequency, value: the groups of customers, what they are worth, what to do for them."""

from dataclasses import dataclass

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.views.decorators.http import require_GET

from wafaa.access.staff.decorators import requires
from wafaa.access.staff.http import StaffRequest
from wafaa.access.staff.rules import Capability
from wafaa.kit.money import from_minor
from wafaa.kit.tables import Cell, answer_table
from wafaa.learn.measures.group_definitions import GroupWords, get_group_words
from wafaa.learn.measures.queries import get_rfm
from wafaa.learn.measures.rules import Rfm, RfmGroup
from wafaa.science.rfm import GROUPS
from wafaa.show.console import pictures
from wafaa.show.console.asking import ask
from wafaa.show.console.counted import waits_for_figures
from wafaa.show.console.pages.parts import frame_context, receipt_context, render_empty
from wafaa.show.console.words.measures import PAGES


@dataclass(frozen=True, kw_only=True)
class GroupShown:
    key: str
    words: GroupWords
    customers: int
    share: float
    gross_minor: int
    gross_share: float
    url: str


@requires(Capability.SEE_FIGURES)
@require_GET
@waits_for_figures
def rfm(request: StaffRequest) -> HttpResponse:
    asked = ask(request)
    if asked is None:
        return render_empty(request)
    answer = get_rfm(asked.of_all_time())
    context = {
        **frame_context(request, asked),
        "words": PAGES["rfm"],
        "chart": pictures.draw_rfm(answer) if answer.cells else "",
        "groups": show_groups(answer, may_open=request.staff.may(Capability.SEE_CUSTOMERS)),
        "cuts": answer.cuts,
        **receipt_context(answer.receipt),
    }
    return render(request, "console/rfm.html", context)


@requires(Capability.EXPORT_FIGURES)
@require_GET
@waits_for_figures
def export_rfm(request: StaffRequest) -> HttpResponseBase:
    """The groups."""
    asked = ask(request)
    if asked is None:
        return render_empty(request)
    currency = asked.business.currency
    rows: list[list[Cell]] = [
        [
            group.key,
            str(group.words.label),
            group.customers,
            group.share,
            from_minor(group.gross_minor, currency),
        ]
        for group in show_groups(get_rfm(asked.of_all_time()), may_open=False)
    ]
    return answer_table(request, "rfm", ["group", "name", "customers", "share_of_customers", "gross"], rows)


def show_groups(answer: Rfm, *, may_open: bool) -> list[GroupShown]:
    """From the best to the lost; a group without customers stays, so that the list never changes its shape."""
    found = {group.key: group for group in answer.groups}
    customers = sum(group.customers for group in answer.groups) or 1
    gross = sum(group.gross_minor for group in answer.groups) or 1
    shown = []
    for key in GROUPS:
        group = found.get(key) or RfmGroup(key=key, customers=0, gross_minor=0)
        shown.append(
            GroupShown(
                key=key,
                words=get_group_words(key),
                customers=group.customers,
                share=group.customers / customers,
                gross_minor=group.gross_minor,
                gross_share=group.gross_minor / gross,
                url=find_customers(key) if may_open and group.customers else "",
            )
        )
    return shown


def find_customers(group: str) -> str:
    """The list of the group's customers."""
    try:
        return f"{reverse('customers')}?group={group}"
    except NoReverseMatch:
        return ""
