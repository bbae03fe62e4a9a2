"""What a form of reviews brings: read, checked, and kept for showing again where something is wrong."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from uuid import UUID

from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from wafaa.listen.reviews.errors import PhotoTooLarge, PhotoWrong
from wafaa.listen.reviews.pictures import Picture, PictureBroken, clean_picture
from wafaa.listen.reviews.rules import PHOTO_BYTES_MAX, PHOTOS_MAX, Draft, DraftWrong, read_draft


@dataclass(kw_only=True)
class Read:
    """`errors` by the name of the field that they stand at."""

    drafts: dict[int, Draft] = field(default_factory=dict)
    pictures: dict[int, list[Picture]] = field(default_factory=dict)
    dropped: list[UUID] = field(default_factory=list)
    errors: dict[str, str] = field(default_factory=dict)


def read_reviews(request: HttpRequest, products: Iterable[int], *, language: str) -> Read:
    """Of each product with stars a draft; what was written without stars is asked about again."""
    read = Read()
    for product in products:
        _read_one(request, product, language, read)
    read.dropped = [one for one in map(_read_uuid, request.POST.getlist("drop")[:50]) if one]
    if not read.drafts and not read.errors:
        read.errors["form"] = _("Tap the stars of at least one product.")
    return read


def _read_one(request: HttpRequest, product: int, language: str, read: Read) -> None:
    told: Mapping[str, object] = {
        "rating": request.POST.get(f"rating-{product}", ""),
        "title": request.POST.get(f"title-{product}", ""),
        "text": request.POST.get(f"text-{product}", ""),
        "name": request.POST.get("name", ""),
        "may_quote": request.POST.get("quote") == "1",
    }
    files = request.FILES.getlist(f"photos-{product}")
    if not told["rating"]:
        if str(told["title"]).strip() or str(told["text"]).strip() or files:
            read.errors[f"rating-{product}"] = _("Tap the stars first: your words need them.")
        return
    try:
        read.drafts[product] = read_draft(told, language=language)
    except DraftWrong as wrong:
        place = wrong.field if wrong.field == "name" else f"{wrong.field}-{product}"
        read.errors[place] = _say(wrong)
        return
    try:
        read.pictures[product] = [_read_picture(one) for one in files[:PHOTOS_MAX]]
    except (PhotoWrong, PhotoTooLarge) as error:
        read.errors[f"photos-{product}"] = str(error)


def _say(wrong: DraftWrong) -> str:
    if wrong.field == "rating":
        return _("Tap one to five stars.")
    return ngettext(
        "This may have %(limit)s letter at most.", "This may have %(limit)s letters at most.", wrong.limit
    ) % {"limit": f"{wrong.limit:,}"}


def _read_picture(upload: object) -> Picture:
    """Raises PhotoWrong, PhotoTooLarge."""
    size = getattr(upload, "size", 0) or 0
    if size > PHOTO_BYTES_MAX:
        raise PhotoTooLarge(limit_mb=PHOTO_BYTES_MAX // 1024**2)
    try:
        return clean_picture(upload.read())  # type: ignore[attr-defined]  # Django's UploadedFile
    except PictureBroken as error:
        raise PhotoWrong from error


def _read_uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
