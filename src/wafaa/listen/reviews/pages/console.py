"""Reviews for staff: the list, one review, and what is decided of them."""

import uuid
from collections.abc import Callable, Iterator
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from wafaa.access.staff.decorators import requires
from wafaa.access.staff.http import StaffRequest
from wafaa.access.staff.models import Staff
from wafaa.access.staff.rules import Capability, mask
from wafaa.kit.errors import WafaaError
from wafaa.kit.tables import Cell, answer_table
from wafaa.know.customers.queries import say_customer
from wafaa.listen.reviews.actions import (
    choose_testimonial,
    publish_reviews,
    reject_reviews,
    set_reply,
    undo_decisions,
)
from wafaa.listen.reviews.forms import RejectForm, ReplyForm, ReviewFilterForm
from wafaa.listen.reviews.models import Photo, Review
from wafaa.listen.reviews.queries import count_states, get_review, list_photos, list_reviews
from wafaa.listen.reviews.rules import State
from wafaa.listen.reviews.words import ORIGINS, REASONS, STATES

PAGE_ROWS = 25
BULK_MAX = 100


@requires(Capability.SEE_ANSWERS)
@require_GET
def reviews(request: StaffRequest) -> HttpResponse:
    told = request.GET.copy()
    told.setdefault("state", State.WAITING)
    form = ReviewFilterForm(told)
    asked, order = form.get_asked()
    found = list_reviews(asked, order=order)
    page = Paginator(found, PAGE_ROWS).get_page(request.GET.get("page"))
    rows = list(page.object_list)
    counts = count_states()
    context = {
        "form": form,
        "page": page,
        "rows": describe_rows(rows, request.staff),
        "tabs": list_tabs("reviews"),
        "states": [(key, STATES[key], counts[key], key == asked.state) for key in STATES],
        "has_any": any(counts.values()),
        "is_narrowed": bool(asked.search or asked.rating or asked.product)
        or asked.is_verified is not None
        or asked.has_photos is not None,
        "waits_only": asked.state == State.WAITING,
        "may_decide": request.staff.may(Capability.EDIT_SURVEYS),
        "may_export": request.staff.may(Capability.EXPORT_FIGURES),
        "back": request.get_full_path(),
    }
    return render(request, "reviews/reviews.html", context)


def list_tabs(here: str) -> list[dict[str, Any]]:
    """The pages of the room; `here` is open."""
    names = {
        "reviews": _("Reviews"),
        "review-testimonials": _("Testimonials"),
        "reviews-shop": _("On your pages"),
        "review-sites": _("Other sites"),
        "reviews-audit": _("Audit"),
    }
    return [{"url": reverse(name), "label": label, "is_open": name == here} for name, label in names.items()]


def describe_rows(rows: list[Review], staff: Staff) -> list[dict[str, Any]]:
    """With pictures, and people as these eyes may see them."""
    photos = list_photos(rows)
    return [describe_row(one, photos.get(one.pk, []), staff) for one in rows]


def describe_row(one: Review, photos: list[Photo], staff: Staff) -> dict[str, Any]:
    sees = staff.may(Capability.SEE_PERSONAL)
    return {
        "review": one,
        "photos": photos,
        "state": STATES[one.state],
        "reason": REASONS.get(one.reject_reason, "") if one.state == State.REJECTED else "",
        "origin": ORIGINS[one.origin],
        "who": say_customer(one.customer, sees_personal=sees),
        "name": one.name if sees else mask(one.name),
    }


@requires(Capability.SEE_ANSWERS)
@require_GET
def review(request: StaffRequest, review_uuid: uuid.UUID) -> HttpResponse:
    return _show(request, get_review(review_uuid))


def _show(
    request: StaffRequest, one: Review, *, reply_form: ReplyForm | None = None, status: int = 200
) -> HttpResponse:
    context = {
        "row": describe_row(one, list_photos([one]).get(one.pk, []), request.staff),
        "review": one,
        "versions": list(one.versions.order_by("-number")[:20]),
        "reject_form": RejectForm(initial={"reason": one.reject_reason}),
        "reply_form": reply_form or ReplyForm(initial={"text": one.reply}),
        "may_decide": request.staff.may(Capability.EDIT_SURVEYS),
        "trail": [(_("Reviews"), reverse("reviews"))],
        "here": str(one.product) if one.product else _("Review"),
    }
    return render(request, "reviews/review.html", context, status=status)


Deed = Callable[[StaffRequest, list[uuid.UUID]], list[Review]]


@requires(Capability.EDIT_SURVEYS)
@require_POST
def decide(request: StaffRequest) -> HttpResponse:
    """Publishes, rejects or undoes for the reviews that were ticked; all or none."""
    chosen = [one for one in map(_read_uuid, request.POST.getlist("review")[:BULK_MAX]) if one]
    deed = _DEEDS.get(request.POST.get("deed", ""))
    if not chosen:
        messages.warning(request, _("Tick the reviews first. Nothing was changed."))
        return _go_back(request)
    if deed is None:
        messages.warning(request, _("Nothing was changed."))
        return _go_back(request)
    try:
        decided = deed(request, chosen)
    except WafaaError as error:
        messages.error(request, str(error))
    else:
        _tell(request, decided)
    return _go_back(request)


def _publish(request: StaffRequest, chosen: list[uuid.UUID]) -> list[Review]:
    return publish_reviews(reviews=chosen, staff=request.staff)


def _reject(request: StaffRequest, chosen: list[uuid.UUID]) -> list[Review]:
    return reject_reviews(reviews=chosen, reason=request.POST.get("reason", ""), staff=request.staff)


def _undo(request: StaffRequest, chosen: list[uuid.UUID]) -> list[Review]:
    return undo_decisions(reviews=chosen, staff=request.staff)


_DEEDS: dict[str, Deed] = {"publish": _publish, "reject": _reject, "undo": _undo}


def _tell(request: StaffRequest, decided: list[Review]) -> None:
    """What was done; what can be undone is kept in the session until the next page has offered it."""
    said = {
        "publish": ngettext(
            "%(count)s review is published.", "%(count)s reviews are published.", len(decided)
        ),
        "reject": ngettext("%(count)s review is rejected.", "%(count)s reviews are rejected.", len(decided)),
        "undo": ngettext(
            "%(count)s review is as it was.", "%(count)s reviews are as they were.", len(decided)
        ),
    }[request.POST["deed"]] % {"count": len(decided)}
    if decided and request.POST["deed"] != "undo":
        ids = "&".join(f"review={one.uuid}" for one in decided[:BULK_MAX])
        said = format_html(
            '{} <a href="{}?{}&back={}">{}</a>',
            said,
            reverse("reviews-undo"),
            ids,
            _read_back(request),
            _("Undo"),
        )
    messages.success(request, said)


@requires(Capability.EDIT_SURVEYS)
@require_GET
def undo(request: StaffRequest) -> HttpResponse:
    """Asks once, because a link alone changes nothing."""
    chosen = [one for one in map(_read_uuid, request.GET.getlist("review")[:BULK_MAX]) if one]
    rows = list(list_reviews().filter(uuid__in=chosen).exclude(state_before=""))
    context = {
        "rows": describe_rows(rows, request.staff),
        "trail": [(_("Reviews"), reverse("reviews"))],
        "back": _read_back(request),
    }
    return render(request, "reviews/undo.html", context)


@requires(Capability.EDIT_SURVEYS)
@require_POST
def reply(request: StaffRequest, review_uuid: uuid.UUID) -> HttpResponse:
    one = get_review(review_uuid)
    form = ReplyForm(request.POST)
    if not form.is_valid():
        return _show(request, one, reply_form=form, status=422)
    set_reply(review=one, text=form.cleaned_data["text"], staff=request.staff)
    messages.success(request, _("Saved. It holds from now on."))
    return redirect("review", one.uuid)


@requires(Capability.EDIT_SURVEYS)
@require_POST
def testimonial(request: StaffRequest, review_uuid: uuid.UUID) -> HttpResponse:
    """Among the testimonials, or with `chosen=0` off them."""
    one = get_review(review_uuid)
    try:
        choose_testimonial(review=one, is_chosen=request.POST.get("chosen") != "0", staff=request.staff)
    except WafaaError as error:
        messages.error(request, str(error))
    return _go_back(request, reverse("review", args=[one.uuid]))


@requires(Capability.EXPORT_FIGURES)
@require_GET
def export(request: StaffRequest) -> StreamingHttpResponse:
    """The reviews that the list shows; texts can't become formulas."""
    asked, order = ReviewFilterForm(request.GET).get_asked()
    return answer_table(request, "reviews", HEAD, _cells(request, list_reviews(asked, order=order)))


HEAD = (
    "review_id", "submitted_at", "state", "reject_reason", "product_id", "product", "rating", "title", "text", "name", "language",
    "verified", "order_id", "customer_id", "store", "origin", "may_quote", "reply",
)  # fmt: skip


def _cells(request: StaffRequest, found: Any) -> Iterator[list[Cell]]:
    sees = request.staff.may(Capability.SEE_PERSONAL)
    for one in found.iterator(chunk_size=1_000):
        yield [
            str(one.uuid), one.submitted_at, one.state, one.reject_reason if one.state == State.REJECTED else "",
            one.product.sku if one.product else "", one.product.name if one.product else "", one.rating, one.title, one.text,
            one.name if sees else mask(one.name), one.language, int(one.is_verified), one.order_ref,
            str(one.customer.uuid) if one.customer else "", one.store.code if one.store else "", one.origin,
            int(one.may_quote), one.reply,
        ]  # fmt: skip


def _read_uuid(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None


def _read_back(request: StaffRequest) -> str:
    """A page of this room, or the list."""
    told = request.POST.get("back") or request.GET.get("back") or ""
    home = reverse("reviews")
    return told if told.startswith(home) and "\n" not in told and "\\" not in told else home


def _go_back(request: StaffRequest, usual: str = "") -> HttpResponse:
    told = request.POST.get("back", "")
    return redirect(_read_back(request) if told or not usual else usual)
