"""Sites of others on which shops are reviewed: everybody is shown them, whatever they said, and that is written down."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.urls import reverse

from wafaa.access.audit.actions import record_change
from wafaa.access.staff.models import Staff
from wafaa.kit import clock
from wafaa.listen.reviews.errors import SiteMissing
from wafaa.listen.reviews.models import Showing, Site
from wafaa.listen.reviews.queries import list_sites
from wafaa.listen.reviews.rules import Asked, bucket
from wafaa.listen.surveys.rules.content import Content, QuestionType
from wafaa.listen.surveys.rules.given import Value
from wafaa.listen.surveys.rules.judging import judge


@dataclass(frozen=True, kw_only=True)
class SiteLink:
    """`url` is an address of ours that notes the press and leads on."""

    name: str
    url: str


@transaction.atomic
def show_sites(*, asked: Asked, key: str, share: float | None) -> list[SiteLink]:
    """The sites for somebody who has just answered or reviewed; empty where none is set up, which is noted too.

    There is no way to leave anybody out. `share` (0 to 1, how satisfied they said they were; None for what has no scale) is
    written down beside it, so that the audit shows that it decided nothing. `key` is the review's or response's uuid.
    """
    sites = list(list_sites())
    told = {"stars": bucket(share), "sites": len(sites)}
    hour = clock.now().replace(
        minute=0, second=0, microsecond=0
    )  # an anonymous answer keeps no finer time either
    showing, is_new = Showing.objects.get_or_create(asked=asked, key=key, defaults={**told, "at": hour})
    if not is_new and (showing.stars, showing.sites) != (told["stars"], told["sites"]):
        Showing.objects.filter(pk=showing.pk).update(**told)
    return [
        SiteLink(name=one.name, url=reverse("review-site-go", args=[showing.uuid, one.pk])) for one in sites
    ]


def show_sites_after_answer(
    *, response: UUID, content: Content, answers: Mapping[str, Value]
) -> list[SiteLink]:
    """The same for who has answered a survey, by their lowest answer on a scale; nothing is written where no site is set up,
    because surveys are answered by hundreds a second.
    """
    if not list_sites().exists():
        return []
    lowest = judge(content, answers).lowest
    share = None
    if lowest is not None:
        first = 0 if lowest["type"] == QuestionType.NPS else 1
        share = (lowest["value"] - first) / (lowest["points"] - first)
    return show_sites(asked=Asked.ANSWER, key=str(response), share=share)


def note_pressed(*, showing: Showing, site: Site) -> None:
    """They went there; the first time counts."""
    Showing.objects.filter(pk=showing.pk, pressed_at=None).update(
        pressed_at=clock.now().replace(minute=0, second=0, microsecond=0), site=site
    )


@transaction.atomic
def add_site(*, name: str, url: str, staff: Staff | None) -> Site:
    """The same address twice is one site, by its newest name."""
    last = Site.objects.order_by("-position").values_list("position", flat=True).first() or 0
    site, _is_new = Site.objects.update_or_create(
        url=url,
        defaults={"name": name, "removed_at": None},
        create_defaults={"name": name, "position": last + 1},
    )
    record_change(staff=staff, deed="add_review_site", subject=name, after={"url": url})
    return site


@transaction.atomic
def remove_site(*, site_id: int, staff: Staff | None) -> Site:
    """Shown to nobody any more; what was shown stays in the audit. Raises SiteMissing."""
    site = Site.objects.select_for_update().filter(pk=site_id, removed_at=None).first()
    if site is None:
        raise SiteMissing
    site.removed_at = clock.now()
    site.save(update_fields=["removed_at"])
    record_change(staff=staff, deed="remove_review_site", subject=site.name)
    return site
