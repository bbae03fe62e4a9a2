"""Published reviews as the public gets them: as plain values, as a page's context, and as schema.org's words for a product.

Only products are marked up, never the shop itself: search engines give nothing for what a shop publishes of itself.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import quote

import msgspec
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from wafaa.access.business.queries import get_business
from wafaa.know.orders.models import Product
from wafaa.listen.reviews.models import Photo, Review
from wafaa.listen.reviews.queries import ORDERS, get_total, list_photos, list_published
from wafaa.listen.reviews.rules import Total

SIZE, SIZE_MAX = 10, 50
# Nobody leafs further, and the database need not count its way there.
PAGE_MAX = 500


@dataclass(frozen=True, kw_only=True)
class PageAsked:
    page: int = 1
    size: int = SIZE
    order: str = "newest"
    language: str = ""

    def write(self, **changes: Any) -> str:
        """As the address of another page of the same list."""
        told = {"page": self.page, "limit": self.size, "sort": self.order, "of": self.language, **changes}
        plain = {"page": 1, "limit": SIZE, "sort": "newest", "of": ""}
        return "&".join(f"{name}={quote(str(value))}" for name, value in told.items() if value != plain[name])


def read_page(told: Mapping[str, str]) -> PageAsked:
    """What cannot be read counts as not asked."""
    order = told.get("sort", "")
    language = told.get("of", "")
    return PageAsked(
        page=_read_number(told.get("page"), PAGE_MAX, 1),
        size=_read_number(told.get("limit"), SIZE_MAX, SIZE),
        order=order if order in ORDERS else "newest",
        language=language if language in {"ar", "en"} else "",
    )


def _read_number(told: str | None, most: int, usual: int) -> int:
    text = told or ""
    return min(max(int(text), 1), most) if text.isascii() and text.isdigit() and len(text) < 6 else usual


@dataclass(frozen=True, kw_only=True)
class Slice:
    """The reviews of a page; `photos` by review."""

    reviews: list[Review]
    photos: dict[int, list[Photo]]
    has_more: bool


def cut(product: Product, asked: PageAsked) -> Slice:
    first = (asked.page - 1) * asked.size
    found = list_published(product, order=asked.order, language=asked.language)
    rows = list(found[first : first + asked.size + 1])
    shown = rows[: asked.size]
    return Slice(
        reviews=shown, photos=list_photos(shown), has_more=len(rows) > asked.size and asked.page < PAGE_MAX
    )


def show_product(request: HttpRequest, product: Product, asked: PageAsked) -> dict[str, Any]:
    """The context of the product's public page, and of the fragment."""
    part, total = cut(product, asked), get_total(product)
    base = request.build_absolute_uri("/")
    return {
        "product": product,
        "total": total,
        "stars_shown": fill_stars(total.average),
        "rows": [
            {"review": one, "photos": part.photos.get(one.pk, []), "day": _say_day(one.submitted_at)}
            for one in part.reviews
        ],
        "asked": asked,
        "next": asked.write(page=asked.page + 1) if part.has_more else "",
        "previous": asked.write(page=asked.page - 1) if asked.page > 1 else "",
        "is_first": asked.page == 1,
        "sorts": list(ORDERS),
        "markup": as_markup(make_markup(product, total, part, base)),
    }


def fill_stars(average: float | None) -> int:
    """Whole stars that are drawn full."""
    return int((average or 0) + 0.5)


def describe_page(request: HttpRequest, product: Product, asked: PageAsked) -> dict[str, Any]:
    """The answer in JSON."""
    part, total = cut(product, asked), get_total(product)
    base = request.build_absolute_uri("/")
    page = base.rstrip("/") + reverse("review-of", args=[product.sku])
    return {
        "product": {"id": product.sku, "name": product.name, "url": page},
        "rating": {
            "average": total.average,
            "count": total.count,
            "stars": {str(star): count for star, count, _share in total.shares},
        },
        "reviews": [describe(one, part.photos.get(one.pk, ()), base) for one in part.reviews],
        "page": asked.page,
        "next": f"{request.build_absolute_uri(request.path)}?{asked.write(page=asked.page + 1)}"
        if part.has_more
        else None,
        "markup": make_markup(product, total, part, base),
    }


def describe(one: Review, photos: Sequence[Photo], base: str) -> dict[str, Any]:
    """Plain values; every text is text, to be escaped by whoever puts it into a page."""
    return {
        "id": str(one.uuid),
        "rating": one.rating,
        "title": one.title,
        "text": one.text,
        "name": one.name,
        "language": one.language,
        "direction": "rtl" if one.language == "ar" else "ltr",
        "date": _say_day(one.submitted_at),
        "isVerified": one.is_verified,
        "photos": [
            {
                "url": base.rstrip("/") + reverse("review-photo", args=[photo.uuid]),
                "small": f"{base.rstrip('/')}{reverse('review-photo', args=[photo.uuid])}?size=small",
                "width": photo.width,
                "height": photo.height,
            }
            for photo in photos
        ],
        "reply": {"text": one.reply, "date": _say_day(one.replied_at)}
        if one.reply and one.replied_at
        else None,
    }


def _say_day(moment: datetime) -> str:
    return moment.astimezone(get_business().zone).date().isoformat()


def make_markup(product: Product, total: Total, part: Slice, base: str) -> dict[str, Any] | None:
    """schema.org's Product with its rating and the reviews of this page; None where there is nothing to say."""
    if total.average is None:
        return None
    return {
        "@context": "https://schema.org",
        "@type": "Product",
        "@id": base.rstrip("/") + reverse("review-of", args=[product.sku]),
        "name": product.name or product.sku,
        "sku": product.sku,
        "aggregateRating": {
            "@type": "AggregateRating",
            "ratingValue": total.average,
            "reviewCount": total.count,
            "bestRating": 5,
            "worstRating": 1,
        },
        "review": [_mark_up(one) for one in part.reviews],
    }


def _mark_up(one: Review) -> dict[str, Any]:
    told = {
        "@type": "Review",
        "author": {"@type": "Person", "name": one.name or "—"},
        "datePublished": _say_day(one.submitted_at),
        "inLanguage": one.language,
        "name": one.title,
        "reviewBody": one.text,
        "reviewRating": {"@type": "Rating", "ratingValue": one.rating, "bestRating": 5, "worstRating": 1},
    }
    return {name: value for name, value in told.items() if value}


def as_markup(told: dict[str, Any] | None) -> SafeString:
    """For the inside of a script element: nothing in it ends the element or opens another."""
    if told is None:
        return SafeString("")
    text = msgspec.json.encode(told).decode()
    for char in "<>&\u2028\u2029":
        text = text.replace(char, f"\\u{ord(char):04x}")
    return mark_safe(text)  # noqa: S308  (escaped just above)


def describe_testimonials(rows: Sequence[Review]) -> dict[str, Any]:
    return {
        "testimonials": [
            {
                "id": str(one.uuid),
                "text": one.text or one.title,
                "name": one.name,
                "rating": one.rating,
                "language": one.language,
                "direction": "rtl" if one.language == "ar" else "ltr",
                "date": _say_day(one.submitted_at),
                "product": (one.product.name or one.product.sku) if one.product else "",
            }
            for one in rows
        ]
    }


def write_snippet(base: str, product: Product) -> str:
    """What a shop puts into its product's page. Without JavaScript it is the link."""
    page = base.rstrip("/") + reverse("review-of", args=[product.sku])
    return (
        f'<div data-wafaa-reviews="{escape(product.sku)}"><a href="{escape(page)}">{escape(product.name or product.sku)}'
        f'</a></div>\n<script src="{escape(base.rstrip("/"))}/reviews.js" defer></script>'
    )
