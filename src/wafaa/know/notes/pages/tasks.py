"""The panel of a customer's tasks, and the page of everybody's."""

import uuid
from datetime import date
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from wafaa.access.staff.decorators import requires
from wafaa.access.staff.http import StaffRequest
from wafaa.access.staff.rules import Capability
from wafaa.kit import clock
from wafaa.kit.errors import WafaaError
from wafaa.know.customers.models import Customer
from wafaa.know.notes.actions import add_task, change_task, set_done
from wafaa.know.notes.errors import DayImplausible, NotYours, TextMissing, TextTooLong
from wafaa.know.notes.forms import TaskForm
from wafaa.know.notes.models import Task
from wafaa.know.notes.pages.panels import Panel, go_back, make_deleting, show_panel
from wafaa.know.notes.queries import (
    When,
    count_tasks,
    get_task,
    list_done_tasks,
    list_open_tasks,
    list_tasks,
)
from wafaa.know.orders.queries import get_store_scope, get_visible_customer

TASKS = Panel(name="tasks", title=_("Tasks"), kind=Task, list_rows=list_open_tasks)
PAGE_ROWS = 50
# On the customer's page; the timeline tells of all.
DONE_SHOWN = 10
_WHENS: tuple[When, ...] = ("", "overdue", "today", "later", "done")


@requires(Capability.SEE_PERSONAL)
@require_GET
def tasks_page(request: StaffRequest) -> HttpResponse:
    """Mine, or those of everybody whose customers I see."""
    today = _today(request)
    mine = request.GET.get("whose") != "all"
    when: When = next((when for when in _WHENS if when == request.GET.get("when")), "")
    found = list_tasks(request.staff, mine=mine, when=when, today=today)
    page = Paginator(found, PAGE_ROWS).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "rows": [{"task": task, **_describe(task, request, today)} for task in page],
        "mine": mine,
        "when": when,
        "counts": count_tasks(request.staff, mine=mine, today=today),
        "back": request.get_full_path(),
    }
    return render(request, "notes/tasks_page.html", context)


@requires(Capability.SEE_PERSONAL)
@require_http_methods(["GET", "POST"])
def tasks(request: StaffRequest, customer_uuid: uuid.UUID) -> HttpResponse:
    """The panel; a POST adds a task."""
    customer = get_visible_customer(customer_uuid, get_store_scope(request.staff))
    if request.method != "POST":
        return _show(request, customer)
    form = _make_form(request, customer)
    if form.is_valid():
        try:
            add_task(customer=customer, staff=request.staff, **form.cleaned_data)
        except WafaaError as error:
            form.add_error(_find_field(error), str(error))
        else:
            return _go_on(request, customer)
    return _show(request, customer, form=form)


@requires(Capability.SEE_PERSONAL)
@require_http_methods(["GET", "POST"])
def edit(request: StaffRequest, task_uuid: uuid.UUID) -> HttpResponse:
    """The panel with one task open for change; a POST keeps the change."""
    task = get_task(task_uuid, request.staff)
    if not task.may_be_changed_by(request.staff):
        raise NotYours
    form = _make_form(request, task.customer, task=task)
    if request.method == "POST" and form.is_valid():
        try:
            change_task(task=task, staff=request.staff, **form.cleaned_data)
        except WafaaError as error:
            form.add_error(_find_field(error), str(error))
        else:
            return _go_on(request, task.customer)
    return _show(request, task.customer, editing=task, edit_form=form)


@requires(Capability.SEE_PERSONAL)
@require_POST
def done(request: StaffRequest, task_uuid: uuid.UUID) -> HttpResponse:
    """Done, or with `done=0` open again."""
    is_done = request.POST.get("done") != "0"
    task = set_done(task=get_task(task_uuid, request.staff), is_done=is_done, staff=request.staff)
    return _go_on(request, task.customer)


def _go_on(request: StaffRequest, customer: Customer) -> HttpResponse:
    """The panel again, or the page from which somebody came."""
    back = request.POST.get("back", "")
    if back.startswith("/") and url_has_allowed_host_and_scheme(back, allowed_hosts=None):
        return HttpResponseRedirect(back)
    return _show(request, customer) if request.htmx else go_back(TASKS, customer)


def _show(
    request: StaffRequest, customer: Customer, *, form: TaskForm | None = None, **context: Any
) -> HttpResponse:
    today = _today(request)
    done_tasks = list(list_done_tasks(customer)[: DONE_SHOWN + 1])
    return show_panel(
        request,
        customer,
        TASKS,
        form=form or TaskForm(customer=customer, staff=request.staff, today=today, auto_id="id_task_%s"),
        today=today,
        done_tasks=done_tasks[:DONE_SHOWN],
        has_more_done=len(done_tasks) > DONE_SHOWN,
        **context,
    )


def _make_form(request: StaffRequest, customer: Customer, task: Task | None = None) -> TaskForm:
    return TaskForm(
        request.POST if request.method == "POST" else None,
        customer=customer,
        staff=request.staff,
        today=_today(request),
        task=task,
        auto_id="id_edit_task_%s" if task else "id_task_%s",
    )


def _describe(task: Task, request: StaffRequest, today: date) -> dict[str, Any]:
    days_overdue = task.days_overdue(today)
    urgency = "overdue" if days_overdue else "today" if task.due_on == today else "later"
    return {
        "urgency": "done" if task.done_at else urgency,
        "days_overdue": days_overdue,
        "may_change": task.may_be_changed_by(request.staff),
    }


def _find_field(error: WafaaError) -> str:
    if isinstance(error, DayImplausible):
        return "due_on"
    return "what" if isinstance(error, TextMissing | TextTooLong) else "assignee"


def _today(request: StaffRequest) -> date:
    return clock.today(request.business.zone)


delete, restore = make_deleting(TASKS, get_task, _show)
