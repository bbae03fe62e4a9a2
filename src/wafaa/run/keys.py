"""What `wafaa key` does. Keys go to standard output and sentences beside it, so that a key can be piped away."""

from datetime import date, datetime

from rich.console import Console
from rich.table import Table

from wafaa.access.keys.rules import Scope
from wafaa.run.display import Display
from wafaa.run.errors import UnknownScope
from wafaa.run.words import say as _


def read_scope(text: str) -> Scope:
    try:
        return Scope(text)
    except ValueError:
        raise UnknownScope(scope=text, scopes=", ".join(Scope)) from None


def create_key(name: str, scope: Scope, until: date | None, display: Display) -> None:
    from wafaa.access.keys.actions import create_key as create
    from wafaa.access.keys.queries import get_end_of_day

    made = create(name=name, scope=scope, by=None, expires_at=get_end_of_day(until) if until else None)
    display.done(_("The key is ready. Keep it now: it is not shown again."))
    print(made.text)


def list_keys() -> None:
    """Plain columns on standard output; without a terminal as wide as they are."""
    from wafaa.access.business.queries import get_business
    from wafaa.access.keys import queries
    from wafaa.kit import clock

    zone, now = get_business().zone, clock.now()

    def when(moment: datetime | None) -> str:
        return moment.astimezone(zone).strftime("%Y-%m-%d %H:%M") if moment else "-"

    table = Table(box=None, pad_edge=False, header_style="")
    for head in (_("ID"), _("Name"), _("State"), _("Last used"), _("Works until")):
        table.add_column(head, no_wrap=True)
    for key in queries.list_keys():
        is_over = key.expires_at is not None and key.expires_at <= now
        state = _("revoked") if key.revoked_at else _("expired") if is_over else _("works")
        table.add_row(key.prefix, key.name, state, when(key.last_used_at), when(key.expires_at))
    console = Console(highlight=False, markup=False)
    console.print(table, width=None if console.is_terminal else 200, soft_wrap=True)


def revoke_key(key_id: str, display: Display) -> None:
    from wafaa.access.keys.actions import revoke_key as revoke
    from wafaa.access.keys.queries import get_key

    key = revoke(key=get_key(key_id), by=None)
    display.done(_("The key {key} opens nothing any more.").format(key=key))
