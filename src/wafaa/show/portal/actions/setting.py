"""How the portal is set."""

from collections.abc import Sequence

from django.db import transaction

from wafaa.access.audit.actions import record_change
from wafaa.access.staff.models import Staff
from wafaa.show.portal.errors import SiteWrong
from wafaa.show.portal.models import Portal
from wafaa.show.portal.rules import read_origin

FIELDS = ("is_on", "may_join", "welcome_ar", "welcome_en", "frame_sites", "whatsapp_template")


@transaction.atomic
def change_portal(*, changes: dict[str, object], by: Staff | None) -> Portal:
    """Some of FIELDS; nothing new, nothing noted. Raises SiteWrong."""
    portal, _made = Portal.objects.select_for_update().get_or_create(id=1)
    if "frame_sites" in changes:
        sites = changes["frame_sites"]
        assert isinstance(sites, list)
        changes = {**changes, "frame_sites": read_sites(sites)}
    before = {name: getattr(portal, name) for name in FIELDS if name in changes}
    differing = [name for name in before if changes[name] != before[name]]
    for name in differing:
        setattr(portal, name, changes[name])
    if differing:
        portal.full_clean()
        portal.save(update_fields=differing)
        record_change(
            staff=by,
            deed="change_portal",
            before={name: _plain(before[name]) for name in differing},
            after={name: _plain(changes[name]) for name in differing},
        )
    return portal


def read_sites(told: Sequence[str]) -> list[str]:
    """Raises SiteWrong."""
    found = []
    for text in told:
        if not text.strip():
            continue
        origin = read_origin(text)
        if not origin:
            raise SiteWrong(site=text[:100])
        found.append(origin)
    return list(dict.fromkeys(found))


def _plain(value: object) -> object:
    return ", ".join(value) if isinstance(value, list) else value
