"""Connecting, changing, pausing and disconnecting; each leaves a line in the audit trail, without any secret."""

import logging
import secrets
from collections.abc import Mapping

from django.db import transaction

from wafaa.access.audit.actions import record_change
from wafaa.access.staff.models import Staff
from wafaa.kit import clock
from wafaa.kit.sealing import SealBroken
from wafaa.listen.connectors.actions.calling import ask
from wafaa.listen.connectors.errors import CallFailed, FieldMissing, NotPossible, SystemUnknown
from wafaa.listen.connectors.models import Backfill, Connection, Delivery
from wafaa.listen.connectors.outbound import send_out
from wafaa.listen.connectors.registry import CONNECTORS
from wafaa.listen.connectors.rules import Connector
from wafaa.listen.connectors.sealing import open_secrets, seal_secrets

log = logging.getLogger(__name__)

State = Connection.State
LABEL_MAX = 100
VALUE_MAX = 2_000


def get_connector(system: str) -> Connector:
    """Raises SystemUnknown."""
    try:
        return CONNECTORS[system]
    except KeyError as error:
        raise SystemUnknown from error


@transaction.atomic
def connect(*, system: str, label: str, given: Mapping[str, str], staff: Staff | None) -> Connection:
    """A new connection that receives at once. Secrets that we make and that were left empty are made. Raises SystemUnknown,
    FieldMissing.
    """
    connector = get_connector(system)
    connection = Connection(
        system=system,
        label=_read_label(label, connector),
        created_at=clock.now(),
        created_by=staff,
    )
    _fill(connection, connector, given, known={})
    connection.save()
    record_change(staff=staff, deed="connect_system", subject=str(connection), after={"system": system})
    return connection


@transaction.atomic
def change_connection(
    *, connection: Connection, label: str, given: Mapping[str, str], staff: Staff | None
) -> Connection:
    """Other settings; a secret that is left empty stays as it is. Raises FieldMissing."""
    connector = get_connector(connection.system)
    kept = Connection.objects.select_for_update().get(pk=connection.pk)
    before = {"name": kept.label, **_show(kept, connector)}
    known = open_secrets(kept)
    kept.label = _read_label(label, connector)
    changed = _fill(kept, connector, given, known=known)
    kept.save(update_fields=["label", "settings", "sealed"])
    after = {"name": kept.label, **_show(kept, connector)}
    if changed:
        before["secrets"], after["secrets"] = "", ", ".join(sorted(changed))
    if before != after:
        record_change(staff=staff, deed="change_connection", subject=str(kept), before=before, after=after)
    return kept


def _show(connection: Connection, connector: Connector) -> dict[str, str]:
    asked = {one.key for one in connector.fields if not one.is_secret}
    return {key: str(value) for key, value in connection.settings.items() if key in asked}


def _read_label(label: str, connector: Connector) -> str:
    return (" ".join(label.split()) or str(connector.name))[:LABEL_MAX]


def _fill(
    connection: Connection, connector: Connector, given: Mapping[str, str], *, known: Mapping[str, str]
) -> set[str]:
    """Writes what the form gave into settings and secrets; returns which secrets are new."""
    kept, changed = dict(known), set()
    for field in connector.fields:
        value = given.get(field.key, "").replace("\x00", "").strip()[:VALUE_MAX]
        if field.is_secret:
            if not value and field.is_made_here and not kept.get(field.key):
                value = secrets.token_hex(32)
            if value:
                kept[field.key] = value
                changed.add(field.key)
        else:
            connection.settings = {**connection.settings, field.key: value or field.initial}
        present = kept.get(field.key) if field.is_secret else connection.settings[field.key]
        if field.is_required and not present:
            raise FieldMissing(label=str(field.label), field=field.key)
    connection.sealed = seal_secrets(kept)
    return changed


@transaction.atomic
def pause_connection(*, connection: Connection, staff: Staff | None) -> Connection:
    """From now on deliveries are kept, not read; a backfill that runs is paused with it. Raises NotPossible."""
    kept = _move(connection, {State.ON}, State.PAUSED, "pause_connection", staff)
    Backfill.objects.filter(connection=kept, state=Backfill.State.RUNNING).update(state=Backfill.State.PAUSED)
    return kept


@transaction.atomic
def resume_connection(*, connection: Connection, staff: Staff | None) -> Connection:
    """Goes on; tasks.py then reads what came meanwhile. Raises NotPossible."""
    return _move(connection, {State.PAUSED}, State.ON, "resume_connection", staff)


def disconnect(*, connection: Connection, staff: Staff | None) -> Connection:
    """Nothing is received or fetched any more, the secrets are forgotten; what was told stays. For good.

    What the system lets us take back over there (registered webhooks) is taken back where it can be reached.
    """
    unsubscribe = get_connector(connection.system).unsubscribe
    if unsubscribe is not None and connection.state != State.DISCONNECTED:
        try:
            ask(connection, lambda connected: unsubscribe(connected, send_out))
        except (CallFailed, SealBroken) as error:
            log.warning("connection %s: its webhooks over there stay: %s", connection.uuid8, error.code)
    with transaction.atomic():
        kept = _move(connection, {State.ON, State.PAUSED}, State.DISCONNECTED, "disconnect_system", staff)
        kept.sealed = ""
        kept.save(update_fields=["sealed"])
        now = clock.now()
        Backfill.objects.filter(connection=kept, state__in=["running", "paused"]).update(
            state=Backfill.State.CANCELLED, ended_at=now
        )
        Delivery.objects.filter(connection=kept).exclude(body="").update(body="", headers={})
    return kept


def _move(connection: Connection, froms: set[State], to: State, deed: str, staff: Staff | None) -> Connection:
    kept = Connection.objects.select_for_update().get(pk=connection.pk)
    if kept.state not in froms:
        raise NotPossible
    kept.state = to
    kept.save(update_fields=["state"])
    record_change(staff=staff, deed=deed, subject=str(kept))
    return kept


def test_connection(*, connection: Connection) -> str:
    """Asks the system for something small; returns what it said of itself. Raises CallFailed, NotPossible."""
    test = get_connector(connection.system).test
    if test is None or connection.state == State.DISCONNECTED:
        raise NotPossible
    return ask(connection, lambda connected: test(connected, send_out))


def subscribe(*, connection: Connection, address: str, staff: Staff | None) -> None:
    """Registers our address over there for what the connector reads. Raises CallFailed, NotPossible."""
    register = get_connector(connection.system).subscribe
    if register is None or connection.state == State.DISCONNECTED:
        raise NotPossible
    learned = ask(connection, lambda connected: register(connected, send_out), address=address)
    with transaction.atomic():
        kept = Connection.objects.select_for_update().get(pk=connection.pk)
        kept.settings = {**kept.settings, **learned}
        kept.save(update_fields=["settings"])
        record_change(staff=staff, deed="subscribe_connection", subject=str(kept))
