"""What each person reads: versions and the business read once for a batch, then a person's values put in."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from wafaa.access.business.queries import get_business
from wafaa.act.messages.models import Look, Template
from wafaa.act.messages.people import read_people
from wafaa.act.messages.queries import Outgoing
from wafaa.act.messages.rendering.names import merge_values
from wafaa.act.messages.rendering.render import render
from wafaa.act.messages.rendering.rules import Content, Lack, Missing, Rendered, Rewrite, Setting

# In both languages, and whatever else a template may have.
_LANGUAGES = ("ar", "en")


class Writer:
    """Of one batch of messages."""

    def __init__(self, rows: Sequence[Outgoing]) -> None:
        templates = (
            Template.objects.filter(uuid__in={row.template for row in rows}).select_related("latest")
            if rows
            else []
        )
        self._versions: dict[UUID, tuple[Content, int]] = {}
        names: set[str] = set()
        for template in templates:
            if template.latest is not None:
                content = template.latest.to_content(template.languages)
                self._versions[template.uuid] = (content, template.latest.number)
                names.update(template.latest.names)
        self._fallback = get_business().language
        self._setting = read_setting() if rows else None
        self._people = read_people({row.reader.customer_id: row.reader for row in rows}, names)

    def get_number(self, row: Outgoing) -> int | None:
        """Of the version that is sent."""
        found = self._versions.get(row.template)
        return found[1] if found else None

    def write(self, row: Outgoing, *, links: Mapping[str, str], rewrite: Rewrite) -> Rendered | Missing:
        found = self._versions.get(row.template)
        if found is None or self._setting is None:
            return Missing(lack=Lack.CONTENT, detail="no such template")
        reader = row.reader
        values: Mapping[str, Any] = merge_values({"customer": self._people[reader.customer_id]}, row.values)
        return render(
            found[0],
            language=reader.language or self._fallback,
            channel=row.channel,
            values=values,
            setting=self._setting,
            links=links,
            rewrite=rewrite,
        )


def read_setting() -> Setting:
    """How the business writes, as render() wants it."""
    business = get_business()
    look = Look.objects.filter(id=1).first() or Look()
    return Setting(
        zone=business.zone,
        currency=business.currency,
        digits=look.digits,
        business={language: {**look.describe(language), "name": business.name} for language in _LANGUAGES},
    )
