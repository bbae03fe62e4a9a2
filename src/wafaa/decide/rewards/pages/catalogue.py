"""The catalogue of rewards, writing one with a preview in both languages, offering, withdrawing, counting."""

import uuid
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST, require_safe

from wafaa.access.staff.decorators import public, requires
from wafaa.access.staff.http import StaffRequest
from wafaa.access.staff.rules import Capability
from wafaa.act.points.models import Unit
from wafaa.act.vouchers.words import say_both
from wafaa.decide.loyalty.queries import list_programmes
from wafaa.decide.rewards.actions import (
    change_reward,
    keep_picture,
    make_reward,
    move_up,
    set_state,
    set_stock,
)
from wafaa.decide.rewards.actions.picturing import UPLOAD_BYTES_MAX, PictureWrong
from wafaa.decide.rewards.forms import RewardForm, StockForm
from wafaa.decide.rewards.models import Picture, Reward
from wafaa.decide.rewards.pages.redemptions import show_redemption
from wafaa.decide.rewards.queries import (
    Figures,
    count_figures,
    find_picture,
    find_state,
    get_reward,
    list_redemptions,
    list_rewards,
)
from wafaa.decide.rewards.rules import State
from wafaa.decide.rewards.rules.terms import find_faults
from wafaa.decide.rewards.words import say_gift, say_points, say_price, say_terms
from wafaa.kit.errors import WafaaError
from wafaa.listen.reviews.pictures import MEDIA_TYPES

TONES = {State.DRAFT: "", State.LIVE: "good", State.WITHDRAWN: "warn"}
REDEMPTIONS_SHOWN = 10


@requires(Capability.SEE_LOYALTY)
@require_GET
def rewards(request: StaffRequest) -> HttpResponse:
    found = list(list_rewards())
    figures = count_figures([one.pk for one in found])
    context = {
        "rows": [show_reward(one, figures.get(one.pk, Figures())) for one in found],
        "has_programme": list_programmes().exists(),
        "may_change": request.staff.may(Capability.MANAGE_LOYALTY),
    }
    return render(request, "rewards/rewards.html", context)


def show_reward(one: Reward, figures: Figures) -> dict[str, Any]:
    """In words and figures."""
    language = get_language() or "ar"
    state = find_state(one)
    waits = state is State.DRAFT and one.state == State.LIVE
    return {
        "state": _("offered once its programme is switched on") if waits else one.get_state_display(),
        "reward": one,
        "name": one.say_name(language),
        "gift": say_gift(one.terms),
        "price": say_price(one),
        "tone": TONES[state],
        "programme": one.programme.name.get(language[:2]) or str(one.programme),
        "figures": figures,
        "spent": say_points(figures.points, one.unit),
        "stock": one.stock.remaining,
    }


@requires(Capability.MANAGE_LOYALTY)
@require_http_methods(["GET", "POST"])
def new(request: StaffRequest) -> HttpResponse:
    form = RewardForm(*_read_post(request))
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        try:
            made = make_reward(
                programme=told["programme"],
                terms=form.read_terms(told),
                pool=form.get_pool(),
                picture=_read_picture(request, form, None),
                key=told["key"],
                by=request.staff,
            )
        except PictureWrong as error:
            form.add_error("picture", str(error))
        except WafaaError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("The reward is written. Nobody sees it until you offer it."))
            return redirect("reward", made.uuid)
    return _show_form(request, form, None)


def _read_post(request: StaffRequest) -> tuple[Any, Any]:
    return (request.POST, request.FILES) if request.method == "POST" else (None, None)


def _read_picture(request: StaffRequest, form: RewardForm, stood: Picture | None) -> Picture | None:
    """What was uploaded, else what stood. Raises PictureWrong."""
    file = form.cleaned_data.get("picture")
    if file is None:
        return None if form.cleaned_data.get("no_picture") else stood
    if file.size > UPLOAD_BYTES_MAX:
        raise PictureWrong
    return keep_picture(content=file.read())


def _show_form(request: StaffRequest, form: RewardForm, shown: Reward | None) -> HttpResponse:
    trail = [(_("Rewards"), reverse("rewards"))]
    if shown is not None:
        trail.append((str(shown), reverse("reward", args=[shown.uuid])))
    limits = [
        [form[f"{whose}_{span}"] for span in ("day", "month", "year", "ever")] for whose in ("member", "all")
    ]
    context = {
        "form": form,
        "shown": shown,
        "limits": limits,
        "has_limits": any(bound.value() or bound.errors for row in limits for bound in row),
        "preview": show_preview(form),
        "trail": trail,
    }
    return render(request, "rewards/form.html", context, status=422 if form.errors else 200)


@requires(Capability.MANAGE_LOYALTY)
@require_POST
def preview(request: StaffRequest) -> HttpResponse:
    """What the form says so far, as members read it in both languages."""
    form = RewardForm(request.POST)
    form.is_valid()
    return render(request, "rewards/preview.html", {"preview": show_preview(form)})


def show_preview(form: RewardForm) -> dict[str, Any]:
    told = form.cleaned_data if form.is_bound and hasattr(form, "cleaned_data") else form.list_initial()
    terms = form.read_terms(told)
    unit = Unit.objects.filter(code=terms.unit).first()
    faults = {one.field for one in find_faults(terms, has_pool=bool(told.get("pool")))} - {"name"}
    return {
        "names": terms.name,
        "texts": terms.text,
        "sentences": say_both(say_terms, terms, unit, terms.stock) if unit and not faults else None,
    }


@requires(Capability.SEE_LOYALTY)
@require_GET
def reward(request: StaffRequest, reward_uuid: uuid.UUID) -> HttpResponse:
    return _show(request, get_reward(reward_uuid))


def _show(request: StaffRequest, shown: Reward, stock_form: StockForm | None = None) -> HttpResponse:
    figures = count_figures([shown.pk]).get(shown.pk, Figures())
    sees_personal = request.staff.may(Capability.SEE_PERSONAL)
    latest = Paginator(list_redemptions(reward=shown), REDEMPTIONS_SHOWN).get_page(request.GET.get("page"))
    remaining = shown.stock.remaining
    context = {
        **show_reward(shown, figures),
        "sentences": say_both(say_terms, shown.terms, shown.unit, remaining),
        "page": latest,
        "redemptions": [show_redemption(one, sees_personal) for one in latest],
        "may_change": request.staff.may(Capability.MANAGE_LOYALTY),
        "stock_form": stock_form or StockForm(initial={"remaining": remaining}),
        "trail": [(_("Rewards"), reverse("rewards"))],
    }
    return render(request, "rewards/reward.html", context, status=422 if stock_form else 200)


@requires(Capability.MANAGE_LOYALTY)
@require_http_methods(["GET", "POST"])
def change(request: StaffRequest, reward_uuid: uuid.UUID) -> HttpResponse:
    shown = get_reward(reward_uuid)
    form = RewardForm(*_read_post(request), reward=shown)
    if request.method == "POST" and form.is_valid():
        try:
            change_reward(
                reward=shown,
                terms=form.read_terms(form.cleaned_data),
                pool=form.get_pool(),
                picture=_read_picture(request, form, shown.picture),
                by=request.staff,
            )
        except PictureWrong as error:
            form.add_error("picture", str(error))
        except WafaaError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("Saved. What was redeemed keeps its terms."))
            return redirect("reward", shown.uuid)
    return _show_form(request, form, shown)


@requires(Capability.MANAGE_LOYALTY)
@require_POST
def turn(request: StaffRequest, reward_uuid: uuid.UUID) -> HttpResponse:
    shown = get_reward(reward_uuid)
    if request.POST.get("state") == State.LIVE:
        set_state(reward=shown, state=State.LIVE, by=request.staff)
        messages.success(request, _("Members see it from now on."))
    else:
        set_state(reward=shown, state=State.WITHDRAWN, by=request.staff)
        messages.success(request, _("Nobody sees it any more. What waits to be used can be used."))
    return redirect("reward", shown.uuid)


@requires(Capability.MANAGE_LOYALTY)
@require_POST
def move(request: StaffRequest, reward_uuid: uuid.UUID) -> HttpResponse:
    """Further up in its programme."""
    move_up(reward=get_reward(reward_uuid), by=request.staff)
    return redirect("rewards")


@requires(Capability.MANAGE_LOYALTY)
@require_POST
def count(request: StaffRequest, reward_uuid: uuid.UUID) -> HttpResponse:
    shown = get_reward(reward_uuid)
    form = StockForm(request.POST)
    if not form.is_valid():
        return _show(request, shown, form)
    set_stock(reward=shown, remaining=form.cleaned_data["remaining"], by=request.staff)
    messages.success(request, _("Saved."))
    return redirect("reward", shown.uuid)


@public
@require_safe
def picture(request: StaffRequest, digest: str) -> HttpResponse:
    """What we drew ourselves; its address is its content."""
    found = find_picture(digest)
    if found is None:
        raise Http404
    response = HttpResponse(bytes(found.content), content_type=MEDIA_TYPES[found.kind])
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
