"""The events of one visit told as one line of the timeline: how many pages, and how far it went."""

from collections.abc import Sequence

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from wafaa.know.journey.models import Visit
from wafaa.know.journey.queries import find_visits
from wafaa.know.journey.rules import TOUCHES, find_furthest
from wafaa.show.words import number, say
from wafaa.stream.rules import StoredEvent


class Visited:
    """The visits that a page of events belongs to: one query. A visit is told where its last event stands."""

    def __init__(self, events: Sequence[StoredEvent]) -> None:
        touches = [event for event in events if event.name in TOUCHES]
        self._told: set[int] = set()
        self._visits: dict[str, list[Visit]] = {}
        if touches:
            moments = [event.occurred_at for event in touches]
            self._visits = find_visits(
                distinct_ids={event.distinct_id for event in touches}, start=min(moments), end=max(moments)
            )

    def find(self, event: StoredEvent) -> Visit | None:
        """The visit that swallows this event; None for an event of its own."""
        if event.name not in TOUCHES:
            return None
        for visit in self._visits.get(event.distinct_id, []):
            if visit.started_at <= event.occurred_at <= visit.ended_at:
                return visit
        return None

    def is_hidden(self, event: StoredEvent) -> bool:
        """Whether the event is told by its visit's line, which stands elsewhere."""
        visit = self.find(event)
        if visit is None:
            return False
        if visit.id in self._told or event.occurred_at != visit.ended_at:
            return True
        self._told.add(visit.id)
        return False


def say_visit(visit: Visit) -> SafeString:
    """Like "Visit, 7 pages, with a checkout begun"."""
    how_far = _FURTHEST.get(find_furthest(visit.stages))
    pages = ngettext("Visit, {pages} page", "Visit, {pages} pages", visit.pages)
    sentence = say(pages, pages=number(visit.pages)) if visit.pages else say(_("Visit"))
    return format_html("{}{}{}", sentence, _(", "), how_far()) if how_far else sentence


_FURTHEST = {
    "product": lambda: _("a product looked at"),
    "cart": lambda: _("something put into the cart"),
    "checkout": lambda: _("a checkout begun"),
}
