"""Reviews of a product for everybody: the page that shows them, the form of whom nobody invited, and pictures."""

import hashlib
from functools import cache
from pathlib import Path
from uuid import UUID

from django.core import signing
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import condition, require_GET, require_http_methods

from wafaa.access.limits.actions import take
from wafaa.access.staff.decorators import public
from wafaa.access.staff.models import Staff
from wafaa.access.staff.rules import Capability
from wafaa.kit import clock
from wafaa.kit.errors import WafaaError
from wafaa.know.notes.rules import read_line
from wafaa.know.orders.models import Product
from wafaa.listen.reviews.actions import write_web_review
from wafaa.listen.reviews.errors import PhotoMissing
from wafaa.listen.reviews.mails import can_confirm
from wafaa.listen.reviews.models import Photo, Review
from wafaa.listen.reviews.pages.public import (
    CONFIRMING,
    WEB_WRITING,
    check_size,
    choose_language,
    count,
    say_unknown,
    show,
)
from wafaa.listen.reviews.pages.reading import Read, read_reviews
from wafaa.listen.reviews.pages.writing import name_shop, note_sites, say_quote_words
from wafaa.listen.reviews.pictures import MEDIA_TYPES
from wafaa.listen.reviews.queries import find_product, get_photo, get_photo_path
from wafaa.listen.reviews.rules import (
    PHOTOS_MAX,
    STARS,
    TEXT_MAX,
    TITLE_MAX,
    State,
    make_token,
)
from wafaa.listen.reviews.showing import read_page, show_product
from wafaa.listen.reviews.words import TAPS

SCRIPT = Path(__file__).parents[1] / "static" / "reviews" / "reviews.js"
FRESH_S = 3600
# A form that is sent sooner after it was opened was filled by a machine; one from yesterday is opened anew.
FORM_S_MIN, FORM_S_MAX = 2, 24 * 3600
_SALT = "wafaa.reviews.form"


@public
@require_GET
def product(request: HttpRequest, ref: str) -> HttpResponse:
    """The plain page of a product's reviews: where the script does not run, its link leads here."""
    found = find_product(ref)
    if found is None:
        return say_unknown(request)
    language = choose_language(request)
    with translation.override(language):
        context = show_product(request, found, read_page(request.GET))
        response = show(request, "reviews/product.html", {**context, "language": language})
    del response["X-Robots-Tag"]
    return response


@public
@csrf_exempt  # whoever may open it may write; there is no session whose rights could be used
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def write(request: HttpRequest, ref: str) -> HttpResponse:
    """A review without invitation. With an e-mail it says that it belongs to an order, and waits for the mailbox's word."""
    if request.method == "POST":
        check_size(request)
    found = find_product(ref)
    if found is None:
        return say_unknown(request)
    with translation.override(choose_language(request)):
        if request.method != "POST":
            return _show_form(request, found, Read())
        count(request, WEB_WRITING)
        return _take(request, found)


def _take(request: HttpRequest, found: Product) -> HttpResponse:
    if request.POST.get("website"):  # a field that people don't see
        return redirect(reverse("review-of", args=[found.sku]))
    language = translation.get_language() or ""
    read = read_reviews(request, [found.pk], language=language)
    token = _read_once(request.POST.get("once", ""), found)
    if not token:
        read.errors["form"] = _(
            "The form was open for too long, or was sent too fast. Look it over and send it again."
        )
    email = read_line(request.POST.get("email", "")[:400]).lower()
    if email and not _is_email(email):
        read.errors["email"] = _("This is no e-mail address.")
    if not read.errors:
        try:
            if email:
                take(CONFIRMING, email)
            invitation = write_web_review(
                token=token,
                product=found,
                draft=read.drafts[found.pk],
                pictures=read.pictures.get(found.pk, ()),
                email=email,
                order_ref=read_line(request.POST.get("order", "")[:400])[:200],
                base_url=request.build_absolute_uri("/"),
                quote_words=say_quote_words(name_shop()),
            )
        except WafaaError as error:
            read.errors["form"] = str(error)
        else:
            note_sites(invitation, list(Review.objects.filter(invitation=invitation)))
            return redirect(f"{reverse('review-done', args=[invitation.token])}?language={language}")
    return _show_form(request, found, read, status=422)


def _show_form(request: HttpRequest, found: Product, read: Read, *, status: int = 200) -> HttpResponse:
    said = request.POST
    rating = said.get(f"rating-{found.pk}", "")
    context = {
        "items": [
            {
                "product": found,
                "is_open": True,
                "stars": [(star, TAPS[star], rating == str(star)) for star in STARS],
                "title": said.get(f"title-{found.pk}", ""),
                "text": said.get(f"text-{found.pk}", ""),
                "error": next((text for at, text in read.errors.items() if at.endswith(f"-{found.pk}")), ""),
            }
        ],
        "once": _write_once(found),
        "is_web": True,
        "can_confirm": can_confirm(),
        "errors": read.errors,
        "name": said.get("name", ""),
        "email": said.get("email", ""),
        "order": said.get("order", ""),
        "may_quote": said.get("quote") == "1",
        "quote_words": say_quote_words(name_shop()),
        "language": translation.get_language(),
        "title_max": TITLE_MAX,
        "text_max": TEXT_MAX,
        "photos_max": PHOTOS_MAX,
    }
    return show(request, "reviews/write.html", context, status=status)


def _write_once(found: Product) -> str:
    """What a form is opened with, signed: the token that its review will have, of which product, and when."""
    return signing.dumps([make_token(), found.pk, int(clock.now().timestamp())], salt=_SALT)


def _read_once(once: str, found: Product) -> str:
    """The token that this form was opened with; "" where it is not ours, too old or too quick."""
    try:
        token, product_id, opened = signing.loads(once, salt=_SALT)
    except (signing.BadSignature, ValueError, TypeError):
        return ""
    age = clock.now().timestamp() - opened
    return str(token) if product_id == found.pk and FORM_S_MIN <= age <= FORM_S_MAX else ""


def _is_email(text: str) -> bool:
    try:
        validate_email(text)
    except ValidationError:
        return False
    return len(text) <= 254


@public
@require_GET
def photo(request: HttpRequest, photo_uuid: UUID) -> FileResponse:
    """For everybody once its review is published; before that for staff, and for who wrote it. ?size=small asks for the small
    one, where there is one.
    """
    found = get_photo(photo_uuid)
    is_open = found.review.state == State.PUBLISHED
    if not is_open and not _may_see(request, found):
        raise PhotoMissing
    is_small = request.GET.get("size") == "small" and bool(found.small_as)
    kind, stored_as = ("jpeg", found.small_as) if is_small else (found.kind, found.stored_as)
    try:
        content = get_photo_path(stored_as).open("rb")
    except FileNotFoundError as error:
        raise PhotoMissing from error
    response = FileResponse(content, content_type=MEDIA_TYPES[kind])
    response["Content-Disposition"] = f'inline; filename="review.{kind}"'
    response["Cache-Control"] = "public, max-age=3600" if is_open else "private, no-store"
    # whatever it holds, the browser neither guesses a kind nor runs anything of it
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["Cross-Origin-Resource-Policy"] = "cross-origin" if is_open else "same-origin"
    return response


def _may_see(request: HttpRequest, found: Photo) -> bool:
    staff = getattr(request, "staff", None)
    if isinstance(staff, Staff) and staff.may(Capability.SEE_ANSWERS):
        return True
    invitation = found.review.invitation
    return invitation is not None and request.GET.get("by") == invitation.token


@cache
def _read_script() -> tuple[bytes, str]:
    content = SCRIPT.read_bytes()
    return content, f'"{hashlib.sha256(content).hexdigest()[:16]}"'


@public
@require_GET
@condition(etag_func=lambda _request: _read_script()[1])
def script(request: HttpRequest) -> HttpResponse:
    """The widget, the same for everybody and open to pages of any origin."""
    response = HttpResponse(_read_script()[0], content_type="text/javascript; charset=utf-8")
    response["Cache-Control"] = f"public, max-age={FRESH_S}"
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    response["Access-Control-Allow-Origin"] = "*"
    return response
