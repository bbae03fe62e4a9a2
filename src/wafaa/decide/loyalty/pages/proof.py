"""Switched on with a control group, and what the programme brought beyond it: orders, and margin after points."""

import uuid
from typing import Any, Final

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from wafaa.access.staff.decorators import requires
from wafaa.access.staff.http import StaffRequest
from wafaa.access.staff.rules import Capability
from wafaa.decide.experiments.rules import METRICS, NET_MARGIN, Metric, find_metric
from wafaa.decide.experiments.rules import State as ExperimentState
from wafaa.decide.experiments.showing import say_reading, show_foresight, show_reading
from wafaa.decide.experiments.words import STATES, say_metric, say_share
from wafaa.decide.loyalty.actions.holding import INTAKE_DAYS, SHARES, WINDOW_DAYS, end_trial, launch
from wafaa.decide.loyalty.errors import ProgrammeMissing
from wafaa.decide.loyalty.models import Programme, Trial
from wafaa.decide.loyalty.queries import get_programme
from wafaa.decide.loyalty.queries.trials import count_asked, find_trial, foresee_trial, read_trial
from wafaa.design.formats import format_number
from wafaa.kit.errors import WafaaError
from wafaa.kit.text import choose_words

DEFAULT_SHARE: Final = 1_000


@requires(Capability.SEE_LOYALTY)
@require_GET
def proof(request: StaffRequest, programme_uuid: uuid.UUID) -> HttpResponse:
    """The reading of its control group; before it began, what each share would prove."""
    programme = _get(programme_uuid)
    trial = find_trial(programme)
    name = choose_words(programme.name)
    context: dict[str, Any] = {
        "programme": programme,
        "name": name,
        "trial": trial,
        "may_change": request.staff.may(Capability.MANAGE_LOYALTY),
        "trail": [
            (_("Loyalty"), reverse("loyalty")),
            (name, reverse("loyalty-programme", args=[programme.uuid])),
        ],
    }
    if trial is not None:
        context |= _show_trial(trial, request.GET.get("metric", ""))
    elif programme.started_at is None and programme.is_automatic:
        context |= _show_choices(request.GET.get("share", ""))
    return render(request, "loyalty/proof.html", context)


@requires(Capability.MANAGE_LOYALTY)
@require_POST
def begin(request: StaffRequest, programme_uuid: uuid.UUID) -> HttpResponse:
    """Switched on for the first time, with the share that was chosen."""
    programme, told = _get(programme_uuid), request.POST.get("share", "")
    try:
        launch(
            programme=programme,
            control_bp=int(told) if told.isdecimal() and len(told) < 6 else 0,
            by=request.staff,
        )
    except WafaaError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("It holds from now on, and its control group is kept aside."))
    return redirect("loyalty-proof", programme.uuid)


@requires(Capability.MANAGE_LOYALTY)
@require_POST
def end(request: StaffRequest, programme_uuid: uuid.UUID) -> HttpResponse:
    programme = _get(programme_uuid)
    try:
        end_trial(programme=programme, by=request.staff)
    except WafaaError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("Nobody is kept aside any more: they join by their next purchase."))
    return redirect("loyalty-proof", programme.uuid)


def _get(programme_uuid: uuid.UUID) -> Programme:
    try:
        return get_programme(programme_uuid)
    except ProgrammeMissing:
        raise Http404 from None


def _list_metrics(trial: Trial) -> list[Metric]:
    """What it was begun for comes first."""
    wanted = (find_metric(trial.experiment.main_metric), NET_MARGIN if trial.experiment.costs else None)
    return list(dict.fromkeys([one for one in (*wanted, METRICS["orders"], METRICS["revenue"]) if one]))


def _show_trial(trial: Trial, told: str) -> dict[str, Any]:
    metrics = _list_metrics(trial)
    chosen = next((one for one in metrics if one.key == told), metrics[0])
    readings = {one.key: read_trial(trial, one.key) for one in metrics}
    experiment = trial.experiment
    return {
        "experiment": experiment,
        "state": STATES[experiment.state],
        "runs": experiment.state == ExperimentState.RUNNING,
        "share": say_share(next(one.share_bp for one in experiment.variants.all() if one.is_control)),
        "told": [
            {
                "key": one.key,
                "label": say_metric(one),
                "said": say_reading(readings[one.key]),
                "is_open": one == chosen,
            }
            for one in metrics
        ],
        "is_main": chosen == metrics[0],
        "asked": count_asked(trial),
        "has_costs": bool(experiment.costs),
        **show_reading(readings[chosen.key]),
    }


def _show_choices(told: str) -> dict[str, Any]:
    share = int(told) if told in {str(one) for one in SHARES} else DEFAULT_SHARE
    coming = foresee_trial(control_bp=share, window_days=WINDOW_DAYS, intake_days=INTAKE_DAYS)
    foresight = show_foresight(coming.foresight, "orders", share, people=coming.people, shares=SHARES)
    relative = coming.foresight.relative
    return {
        "foresight": foresight,
        "shares": [{"key": one, "label": say_share(one), "is_chosen": one == share} for one in SHARES],
        "relative": format_number(relative * 100, 0) + "%" if relative else "",
        "window_days": WINDOW_DAYS,
        "intake_days": INTAKE_DAYS,
    }
