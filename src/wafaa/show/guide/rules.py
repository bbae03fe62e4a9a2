"""Which pages the guide has, and which one explains a page of the console."""

# In the order in which one reads them; a page is text/<language>/<name>.md, its first line the title.
CHAPTERS: tuple[str, ...] = (
    "first-hour",
    "today",
    "reports",
    "customers",
    "customer",
    "segments",
    "privacy",
    "tasks",
    "orders",
    "messages",
    "onsite",
    "campaigns",
    "automations",
    "experiments",
    "imports",
    "settings",
    "staff",
    "your-account",
    "sending",
    "touchpoints",
    "programs",
    "webhooks",
    "connections",
    "systems",
    "keeping",
)

# The name of a console address, or the part before its first hyphen, and the chapter that explains it.
CHAPTER_OF: dict[str, str] = {
    "today": "today",
    "importing": "today",
    "reports": "reports",
    "report": "reports",
    "journey": "reports",
    "customers": "customers",
    "customer": "customer",
    "customer-fields": "customers",
    "customer-panel-consents": "privacy",
    "customer-panel-messages": "messages",
    "customer-panel-segments": "segments",
    "segments": "segments",
    "segment": "segments",
    "consents": "privacy",
    "consent": "privacy",
    "privacy": "privacy",
    "erasures": "privacy",
    "erasure": "privacy",
    "customer-field": "customers",
    "customer-identity": "customers",
    "duplicates": "customers",
    "merge": "customers",
    "tag": "customers",
    "tags": "customers",
    "notes": "customer",
    "files": "customer",
    "tasks": "tasks",
    "experiments": "experiments",
    "experiment": "experiments",
    "orders": "orders",
    "order": "orders",
    "messages": "messages",
    "message-onsite": "onsite",
    "message": "messages",
    "campaigns": "campaigns",
    "campaign": "campaigns",
    "automations": "automations",
    "automation": "automations",
    "imports": "imports",
    "import": "imports",
    "settings": "settings",
    "staff": "staff",
    "audit": "staff",
    "account": "your-account",
    "connections": "connections",
    "connection": "connections",
    "hook": "connections",
    "visit": "connections",
    "touchpoints": "touchpoints",
    "script": "touchpoints",
    "keys": "programs",
    "key": "programs",
    "webhooks": "webhooks",
    "webhook": "webhooks",
    "share": "sending",
    "sharing": "sending",
    "shared": "sending",
    "weekly": "sending",
    "start": "first-hour",
}


def find_chapter(address_name: str) -> str:
    """The chapter about the page with this address name; "" where the guide has none."""
    return CHAPTER_OF.get(address_name) or CHAPTER_OF.get(address_name.partition("-")[0], "")


def find_neighbours(name: str) -> tuple[str, str]:
    """The chapters before and after; "" at the ends."""
    place = CHAPTERS.index(name)
    before = CHAPTERS[place - 1] if place else ""
    return before, CHAPTERS[place + 1] if place + 1 < len(CHAPTERS) else ""
