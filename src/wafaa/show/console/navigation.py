"""The console's menu: which entries a person gets, and which one is open."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from wafaa.access.staff.models import Staff
from wafaa.access.staff.rules import Capability


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One line of the menu. `icon` names a symbol of design/icons.html."""

    name: str  # of the URL
    label: Promise
    icon: str
    capability: Capability


@dataclass(frozen=True, kw_only=True)
class Link:
    """An entry as the menu shows it; `badge` counts what waits behind it."""

    url: str
    label: str
    icon: str
    is_open: bool
    badge: int = 0
    badge_words: str = ""


TASKS_ICON = "done"
CASES_ICON = "cases"
LOYALTY_ICON = "loyalty"
REWARDS_ICON = "rewards"

# What one works with every day, then what one sets up now and then.
DAILY: tuple[Entry, ...] = (
    Entry(
        name="today", label=pgettext_lazy("menu", "Today"), icon="today", capability=Capability.SEE_FIGURES
    ),
    Entry(name="till", label=pgettext_lazy("menu", "Till"), icon="till", capability=Capability.USE_TILL),
    Entry(name="customers", label=_("Customers"), icon="customers", capability=Capability.SEE_CUSTOMERS),
    Entry(name="segments", label=_("Segments"), icon="segments", capability=Capability.SEE_SEGMENTS),
    Entry(name="orders", label=_("Orders"), icon="orders", capability=Capability.SEE_CUSTOMERS),
    Entry(
        name="messages",
        label=pgettext_lazy("menu", "Messages"),
        icon="message",
        capability=Capability.SEND_MESSAGES,
    ),
    Entry(
        name="campaigns",
        label=pgettext_lazy("menu", "Campaigns"),
        icon="campaigns",
        capability=Capability.SEE_EXPERIMENTS,
    ),
    Entry(
        name="surveys",
        label=pgettext_lazy("menu", "Surveys"),
        icon="surveys",
        capability=Capability.SEE_ANSWERS,
    ),
    Entry(
        name="satisfaction",
        label=pgettext_lazy("menu", "Satisfaction"),
        icon="satisfaction",
        capability=Capability.SEE_ANSWERS,
    ),
    Entry(
        name="comments",
        label=pgettext_lazy("menu", "Comments"),
        icon="comments",
        capability=Capability.SEE_ANSWERS,
    ),
    Entry(
        name="cases",
        label=pgettext_lazy("menu", "Cases"),
        icon=CASES_ICON,
        capability=Capability.HANDLE_CASES,
    ),
    Entry(
        name="reviews",
        label=pgettext_lazy("menu", "Reviews"),
        icon="reviews",
        capability=Capability.SEE_ANSWERS,
    ),
    Entry(
        name="suggestions",
        label=pgettext_lazy("menu", "Suggestions"),
        icon="suggestions",
        capability=Capability.SEE_ANSWERS,
    ),
    Entry(
        name="loyalty",
        label=pgettext_lazy("menu", "Loyalty"),
        icon=LOYALTY_ICON,
        capability=Capability.SEE_LOYALTY,
    ),
    Entry(
        name="rewards",
        label=pgettext_lazy("menu", "Rewards"),
        icon=REWARDS_ICON,
        capability=Capability.SEE_LOYALTY,
    ),
    Entry(
        name="vouchers",
        label=pgettext_lazy("menu", "Vouchers"),
        icon="vouchers",
        capability=Capability.SEE_LOYALTY,
    ),
    Entry(name="tasks", label=_("Tasks"), icon=TASKS_ICON, capability=Capability.SEE_PERSONAL),
    Entry(name="reports", label=_("Reports"), icon="reports", capability=Capability.SEE_FIGURES),
    Entry(
        name="experiments",
        label=_("Experiments"),
        icon="experiments",
        capability=Capability.SEE_EXPERIMENTS,
    ),
)
SET_UP: tuple[Entry, ...] = (
    Entry(name="imports", label=_("Imports"), icon="imports", capability=Capability.IMPORT_FILES),
    Entry(name="touchpoints", label=_("Touchpoints"), icon="pulse", capability=Capability.SEE_STREAM),
    Entry(
        name="connections",
        label=_("Connections"),
        icon="share",
        capability=Capability.MANAGE_CONNECTIONS,
    ),
    Entry(name="webhooks", label=_("Webhooks"), icon="webhook", capability=Capability.MANAGE_CONNECTIONS),
    Entry(name="settings", label=_("Settings"), icon="settings", capability=Capability.CHANGE_SETTINGS),
    Entry(
        name="staff", label=pgettext_lazy("menu", "Staff"), icon="staff", capability=Capability.MANAGE_STAFF
    ),
    Entry(name="audit", label=_("Audit trail"), icon="audit", capability=Capability.SEE_AUDIT),
)


def build_links(entries: Sequence[Entry], staff: Staff, path: str) -> list[Link]:
    """The entries that this person may open; an entry whose room has no page yet stays out."""
    links = []
    for entry in entries:
        if not staff.may(entry.capability):
            continue
        try:
            url = reverse(entry.name)
        except NoReverseMatch:
            continue
        is_open = path == url if url == "/" else path.startswith(url)
        links.append(Link(url=url, label=str(entry.label), icon=entry.icon, is_open=is_open))
    return links
