"""Pictures of reviews on the disk: on it for good before their row says so."""

import os
import secrets
from collections.abc import Collection, Sequence
from contextlib import suppress
from uuid import UUID

from django.db import transaction
from procrastinate.contrib.django import app

from wafaa.kit import clock
from wafaa.listen.reviews.models import Photo, Review
from wafaa.listen.reviews.pictures import Picture
from wafaa.listen.reviews.queries import get_photo_folder, get_photo_path
from wafaa.listen.reviews.rules import PHOTOS_MAX
from wafaa.listen.reviews.shrinking import shrink

# Files that no row knows are left by a submission that was killed, or by a review that was deleted.
ORPHAN_S = 24 * 3600


def set_photos(review: Review, *, pictures: Sequence[Picture], dropped: Collection[UUID]) -> bool:
    """Adds up to PHOTOS_MAX in all and takes `dropped` away; whether anything changed. In the caller's transaction."""
    gone = list(Photo.objects.filter(review=review, uuid__in=dropped)) if dropped else []
    Photo.objects.filter(pk__in=[one.pk for one in gone]).delete()
    present = set(Photo.objects.filter(review=review).values_list("digest", flat=True))
    added = 0
    for picture in pictures:
        if picture.digest in present or len(present) >= PHOTOS_MAX:
            continue
        present.add(picture.digest)
        _keep(review, picture)
        added += 1
    if added:
        app.configure_task("wafaa.listen.reviews.tasks.shrink").defer()
    return bool(gone or added)


def _keep(review: Review, picture: Picture) -> None:
    stored_as = _write(picture.content)
    Photo.objects.create(
        review=review,
        kind=picture.kind,
        width=picture.width,
        height=picture.height,
        bytes=len(picture.content),
        digest=picture.digest,
        stored_as=stored_as,
        created_at=clock.now(),
    )


def _write(content: bytes) -> str:
    """On the disk for good; the name by which it is found."""
    stored_as = secrets.token_hex(32)
    path = get_photo_path(stored_as)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
        out.write(content)
        out.flush()
        os.fsync(out.fileno())
    return stored_as


def shrink_photos() -> int:
    """A small picture of each that was not tried yet; how many were made. Each in a transaction of its own, passing over what
    another is at; what can't be drawn is shown as it came.
    """
    made = 0
    while True:
        with transaction.atomic():
            found = Photo.objects.select_for_update(skip_locked=True).filter(shrunk_at=None)
            photo = found.order_by("id").first()
            if photo is None:
                return made
            path = get_photo_path(photo.stored_as)
            small = shrink(path.read_bytes()) if path.exists() else None
            photo.small_as, photo.shrunk_at = _write(small) if small else "", clock.now()
            photo.save(update_fields=["small_as", "shrunk_at"])
            made += bool(small)


def unlink_photos(reviews: Collection[int]) -> int:
    """Contents and rows of these reviews' pictures; contents first, so that a stop in between is mended by doing it again."""
    found = list(Photo.objects.filter(review__in=reviews))
    for one in found:
        for name in filter(None, (one.stored_as, one.small_as)):
            get_photo_path(name).unlink(missing_ok=True)
    Photo.objects.filter(pk__in=[one.pk for one in found]).delete()
    return len(found)


def sweep_photos() -> int:
    """Files that no row knows; how many went."""
    count, now = 0, clock.now().timestamp()
    for folder in sorted(get_photo_folder().glob("??")):
        stored = {path.name: path for path in folder.iterdir()}
        known = set(Photo.objects.filter(stored_as__in=stored).values_list("stored_as", flat=True))
        known |= set(Photo.objects.filter(small_as__in=stored).values_list("small_as", flat=True))
        for name in stored.keys() - known:
            with suppress(FileNotFoundError):
                if now - stored[name].stat().st_mtime > ORPHAN_S:
                    stored[name].unlink()
                    count += 1
    return count
