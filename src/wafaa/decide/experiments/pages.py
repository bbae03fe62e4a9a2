"""Experiments: the list with the universal control group, and what one of them brought."""

import uuid
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from wafaa.access.staff.decorators import requires
from wafaa.access.staff.http import StaffRequest
from wafaa.access.staff.rules import Capability
from wafaa.decide.experiments.actions import set_universal_share
from wafaa.decide.experiments.forms import ExperimentFilterForm, ShareForm
from wafaa.decide.experiments.models import Experiment, list_arms
from wafaa.decide.experiments.queries import (
    count_exposed,
    find_universal,
    get_effect,
    get_experiment,
    list_experiments,
)
from wafaa.decide.experiments.rules import METRICS, UNIVERSAL_SHARE, Metric, State, find_metric
from wafaa.decide.experiments.showing import show_reading
from wafaa.decide.experiments.words import KINDS, STATES, name_experiment, say_metric, say_share

PAGE_ROWS = 50


@requires(Capability.SEE_EXPERIMENTS)
@require_GET
def experiments(request: StaffRequest) -> HttpResponse:
    form = ExperimentFilterForm(request.GET or None)
    asked = form.get_asked() if form.is_bound else {}
    page = Paginator(list_experiments(**asked), PAGE_ROWS).get_page(request.GET.get("page"))
    came_in = count_exposed(list(page.object_list))
    context = {
        "form": form,
        "page": page,
        "rows": [_as_row(one, came_in[one.pk]) for one in page.object_list],
        "is_narrowed": any(asked.values()),
        **_show_universal(ShareForm(initial=_read_share())),
        "may_change": request.staff.may(Capability.CHANGE_SETTINGS),
    }
    return render(request, "experiments/experiments.html", context)


@requires(Capability.CHANGE_SETTINGS)
@require_POST
def share(request: StaffRequest) -> HttpResponse:
    """Another share of the universal control group."""
    form = ShareForm(request.POST)
    if not form.is_valid():
        messages.error(request, " ".join(str(error) for errors in form.errors.values() for error in errors))
        return redirect("experiments")
    present = set_universal_share(share_bp=form.get_share_bp(), by=request.staff)
    if present.state == State.RUNNING:
        told = _("%(share)s of the customers are kept aside from now on.")
        messages.success(request, told % {"share": say_share(list_arms(present)[0].share_bp)})
    else:
        messages.success(request, _("Nobody is kept aside of all marketing any more."))
    return redirect("experiments")


@requires(Capability.SEE_EXPERIMENTS)
@require_GET
def experiment(request: StaffRequest, experiment_uuid: uuid.UUID) -> HttpResponse:
    """What it brought, in one figure."""
    shown = get_experiment(experiment_uuid)
    metric = find_metric(request.GET.get("metric", "")) or find_metric(shown.main_metric)
    assert metric is not None, "a main metric is one that is known"
    reading = get_effect(shown, metric.key)
    main = find_metric(shown.main_metric)
    context = {
        "experiment": shown,
        "name": name_experiment(shown.name, shown.kind),
        "kind": KINDS.get(shown.kind, shown.kind),
        "state": STATES.get(shown.state, shown.state),
        "tabs": _list_tabs(main, metric),
        "is_main": metric == main,
        "trail": [(_("Experiments"), reverse("experiments"))],
        **show_reading(reading),
    }
    return render(request, "experiments/experiment.html", context)


def _as_row(one: Experiment, came_in: int) -> dict[str, Any]:
    arms = list_arms(one)
    return {
        "experiment": one,
        "name": name_experiment(one.name, one.kind),
        "kind": KINDS.get(one.kind, one.kind),
        "state": STATES.get(one.state, one.state),
        "aside": say_share(arms[0].share_bp) if arms and arms[0].is_control else "",
        "people": came_in,
    }


def _read_share() -> dict[str, Decimal]:
    """Before the first campaign there is no group yet: it will be made with the usual share."""
    universal = find_universal()
    share_bp = UNIVERSAL_SHARE if universal is None else 0
    if universal is not None and universal.state == State.RUNNING:
        share_bp = list_arms(universal)[0].share_bp
    return {"percent": Decimal(share_bp) / 100}


def _show_universal(form: ShareForm) -> dict[str, Any]:
    universal = find_universal()
    return {
        "share_form": form,
        "universal": universal,
        "universal_runs": universal is not None and universal.state == State.RUNNING,
        "universal_share": say_share(int(form.initial["percent"] * 100)),
    }


def _list_tabs(main: Metric | None, chosen: Metric) -> list[dict[str, Any]]:
    """The main metric first, then what is usual, then the one asked for by its address."""
    wanted = dict.fromkeys([metric for metric in (main, *METRICS.values(), chosen) if metric])
    return [{"key": one.key, "label": say_metric(one), "is_open": one == chosen} for one in wanted]
