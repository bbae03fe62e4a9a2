"""The page of an invitation: stars, words and pictures for what was bought. Works without JavaScript and without cookies."""

from collections.abc import Callable
from functools import wraps
from typing import Any, cast
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from wafaa.access.business.queries import get_business
from wafaa.access.staff.decorators import public
from wafaa.kit import clock
from wafaa.kit.errors import WafaaError
from wafaa.know.orders.models import Product
from wafaa.listen.reviews.actions import (
    confirm_order,
    note_opened,
    note_pressed,
    show_sites,
    submit_reviews,
    withdraw_quotes,
    withdraw_review,
)
from wafaa.listen.reviews.models import Review, ReviewInvitation, Showing
from wafaa.listen.reviews.pages.public import (
    OPENING,
    WRITING,
    check_size,
    choose_language,
    count,
    say_unknown,
    show,
)
from wafaa.listen.reviews.pages.reading import Read, read_reviews
from wafaa.listen.reviews.queries import (
    find_any_invitation,
    find_invitation,
    is_code,
    list_invited,
    list_sites,
)
from wafaa.listen.reviews.rules import (
    PHOTOS_MAX,
    STARS,
    TEXT_MAX,
    TITLE_MAX,
    Asked,
    State,
    may_edit,
    share_of,
)
from wafaa.listen.reviews.words import TAPS

View = Callable[..., HttpResponse]


def say_quote_words(shop: str) -> str:
    """What the box of the consent says; kept with every yes."""
    return _("{shop} may quote my words with this name. I can take this back at any time.").format(
        shop=shop or _("The shop")
    )


def _of_invitation(view: View) -> View:
    """Finds the invitation and speaks its language. No cookie is asked: the token is the right, and mail programs keep none."""

    @wraps(view)
    def found(request: HttpRequest, token: str, **given: Any) -> HttpResponse:
        if request.method == "POST":
            check_size(request)
            count(request, WRITING)
        is_late = getattr(view, "is_late", False)
        invitation = (find_any_invitation if is_late else find_invitation)(token)
        if invitation is None:
            return say_unknown(request)
        with translation.override(choose_language(request, invitation.language)):
            return view(request, invitation, **given)

    return cast("View", public(csrf_exempt(never_cache(found))))


@_of_invitation
@require_http_methods(["GET", "HEAD", "POST"])
def write(request: HttpRequest, invitation: ReviewInvitation) -> HttpResponse:
    """A POST writes what has stars; looking writes nothing but that somebody looked."""
    items = list_invited(invitation)
    if request.method != "POST":
        note_opened(invitation=invitation)
        return _show_form(request, invitation, items, Read())
    language = translation.get_language() or ""
    read = read_reviews(request, [product.pk for product, _review in items], language=language)
    if not read.errors:
        try:
            reviews = submit_reviews(
                invitation=invitation,
                drafts=read.drafts,
                pictures=read.pictures,
                dropped=read.dropped,
                quote_words=say_quote_words(name_shop()),
            )
        except WafaaError as error:
            read.errors["form"] = str(error)
        else:
            note_sites(invitation, reviews)
            return redirect(f"{reverse('review-done', args=[invitation.token])}?language={language}")
    return _show_form(request, invitation, items, read, status=422)


def name_shop() -> str:
    return get_business().name


def note_sites(invitation: ReviewInvitation, reviews: list[Review]) -> None:
    """Whatever was said, the sites are shown; with what was said noted beside it."""
    shares = [share_of(one.rating) for one in reviews]
    if shares:
        show_sites(asked=Asked.REVIEW, key=str(invitation.uuid), share=sum(shares) / len(shares))


def _show_form(
    request: HttpRequest,
    invitation: ReviewInvitation,
    items: list[tuple[Product, Review | None]],
    read: Read,
    *,
    status: int = 200,
) -> HttpResponse:
    """What was typed stands there again; pictures have to be chosen anew, which browsers want so."""
    said = request.POST if request.method == "POST" else None
    first = next((review for _product, review in items if review), None)
    context = {
        "invitation": invitation,
        "token": invitation.token,
        "items": [
            _describe(request, product, review, read)
            | {"is_open": len(items) == 1 or bool(review) or request.method == "POST"}
            for product, review in items
        ],
        "errors": read.errors,
        "name": said.get("name", "") if said is not None else (first.name if first else ""),
        "may_quote": said.get("quote") == "1" if said is not None else bool(first and first.may_quote),
        "quote_words": say_quote_words(name_shop()),
        "language": translation.get_language(),
        "title_max": TITLE_MAX,
        "text_max": TEXT_MAX,
        "photos_max": PHOTOS_MAX,
    }
    return show(request, "reviews/write.html", context, status=status)


def _describe(request: HttpRequest, product: Product, review: Review | None, read: Read) -> dict[str, object]:
    """`rating` may come with the address, from a star tapped in a mail: chosen, not yet sent."""
    said = request.POST if request.method == "POST" else request.GET
    rating = str(said.get(f"rating-{product.pk}", "") or (review.rating if review else ""))
    return {
        "product": product,
        "review": review,
        "photos": list(review.photos.all()) if review else [],
        "is_closed": review is not None and not may_edit(clock.now() - review.submitted_at),
        "stars": [(star, TAPS[star], rating == str(star)) for star in STARS],
        "title": said.get(f"title-{product.pk}", review.title if review else ""),
        "text": said.get(f"text-{product.pk}", review.text if review else ""),
        "error": next((text for place, text in read.errors.items() if place.endswith(f"-{product.pk}")), ""),
    }


def _late(view: View) -> View:
    """Also when the time of the invitation is over."""
    view.is_late = True  # type: ignore[attr-defined]
    return view


@_of_invitation
@_late
@require_http_methods(["GET", "HEAD"])
def done(request: HttpRequest, invitation: ReviewInvitation) -> HttpResponse:
    """Thanks, what happens now, and the sites: the same for one star and for five."""
    reviews = [review for _product, review in list_invited(invitation) if review]
    shares = [share_of(one.rating) for one in reviews]
    links = (
        show_sites(asked=Asked.REVIEW, key=str(invitation.uuid), share=sum(shares) / len(shares))
        if shares
        else []
    )
    context = {
        "invitation": invitation,
        "token": invitation.token,
        "reviews": reviews,
        "waits_for_mail": any(one.state == State.UNCONFIRMED for one in reviews),
        "sites": links,
        "may_quote": any(one.may_quote for one in reviews),
        "language": translation.get_language(),
    }
    return show(request, "reviews/done.html", context)


@_of_invitation
@_late
@require_POST
def take_quote_back(request: HttpRequest, invitation: ReviewInvitation) -> HttpResponse:
    withdraw_quotes(invitation=invitation)
    return _go_on(invitation)


@_of_invitation
@_late
@require_POST
def remove(request: HttpRequest, invitation: ReviewInvitation, product_id: int) -> HttpResponse:
    withdraw_review(invitation=invitation, product_id=product_id)
    return _go_on(invitation)


def _go_on(invitation: ReviewInvitation) -> HttpResponse:
    return redirect(
        f"{reverse('review-done', args=[invitation.token])}?language={translation.get_language()}"
    )


@_of_invitation
@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: HttpRequest, invitation: ReviewInvitation, code: str) -> HttpResponse:
    """Looking confirms nothing, because scanners of mails look; one press does."""
    if not is_code(invitation, code):
        return say_unknown(request)
    review = confirm_order(invitation=invitation, code=code) if request.method == "POST" else None
    context = {
        "token": invitation.token,
        "review": review,
        "is_confirmed": request.method == "POST",
        "language": translation.get_language(),
    }
    return show(request, "reviews/confirm.html", context)


@public
@require_http_methods(["GET", "HEAD"])
@never_cache
def go(request: HttpRequest, showing_uuid: UUID, site_id: int) -> HttpResponse:
    """On to another site; who only looks whether it leads anywhere (HEAD) pressed nothing."""
    site = list_sites().filter(pk=site_id).first()
    showing = Showing.objects.filter(uuid=showing_uuid).first()
    if site is None or showing is None:
        count(request, OPENING)
        return say_unknown(request)
    if request.method == "GET":
        note_pressed(showing=showing, site=site)
    response = HttpResponseRedirect(site.url)
    response["Referrer-Policy"] = "no-referrer"
    return response
