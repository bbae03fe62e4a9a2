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
from wafaa.act.messages.surveying import find_block
from wafaa.act.messages.tracking import find_hosts, rewrite_only

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
        self._hosts: dict[UUID, set[str]] = {}
        self.surveys: dict[UUID, str] = {}  # by template, the block of the survey that it asks
        names: set[str] = set()
        for template in templates:
            if template.latest is not None:
                content = template.latest.to_content(template.languages)
                self._versions[template.uuid] = (content, template.latest.number)
                self._hosts[template.uuid] = _list_hosts(content)
                names.update(template.latest.names)
                if block := find_block(template.latest.blocks):
                    self.surveys[template.uuid] = block
        self._fallback = get_business().language
        self._setting = read_setting() if rows else None
        self._own = _find_own_hosts(self._setting)
        self._people = read_people({row.reader.customer_id: row.reader for row in rows}, names)

    def get_number(self, row: Outgoing) -> int | None:
        """Of the version that is sent."""
        found = self._versions.get(row.template)
        return found[1] if found else None

    def write(
        self, row: Outgoing, *, links: Mapping[str, str], rewrite: Rewrite, survey: Any = None
    ) -> Rendered | Missing:
        """Rewritten is what leads to the business, to us (where `links` lead), or stands in the template itself."""
        found = self._versions.get(row.template)
        if found is None or self._setting is None:
            return Missing(lack=Lack.CONTENT, detail="no such template")
        reader = row.reader
        values: Mapping[str, Any] = merge_values(
            {"customer": self._people[reader.customer_id]}, row.values, {"survey": survey} if survey else {}
        )
        return render(
            found[0],
            language=reader.language or self._fallback,
            channel=row.channel,
            values=values,
            setting=self._setting,
            links=links,
            rewrite=rewrite_only(
                rewrite, self._hosts[row.template] | self._own | find_hosts(*links.values())
            ),
        )


def _list_hosts(content: Content) -> set[str]:
    """That its author wrote, in any language."""
    return find_hosts(
        *(
            text
            for channels in content.compiled.values()
            for fields in channels.values()
            for text in fields.values()
        )
    )


def _find_own_hosts(setting: Setting | None) -> set[str]:
    return find_hosts(*(told["website"] for told in setting.business.values())) if setting else set()


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
