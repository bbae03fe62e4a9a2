"""Accounts at those who carry messages: set up, changed, made the active one of their channel, removed."""

import secrets
from collections.abc import Mapping
from typing import Any

import msgspec
from django.conf import settings
from django.db import transaction

from wafaa.access.audit.actions import record_change
from wafaa.access.staff.models import Staff
from wafaa.act.messages.channels import DEFAULT_CHANNEL
from wafaa.act.messages.channels.carriers import PURPOSE, Carrier, Field
from wafaa.act.messages.channels.registry import find_carrier
from wafaa.act.messages.channels.webhook.standard import SECRET
from wafaa.act.messages.errors import CarrierUnknown, FieldMissing, ProviderNeeded
from wafaa.act.messages.models import Provider
from wafaa.act.messages.providing_queries import has_waiting
from wafaa.kit import clock
from wafaa.kit.sealing import SealBroken, seal, unseal
from wafaa.kit.standard_webhooks import make_secret


def get_carrier(kind: str) -> Carrier:
    """Raises CarrierUnknown."""
    carrier = find_carrier(kind)
    if carrier is None:
        raise CarrierUnknown
    return carrier


@transaction.atomic
def set_up_provider(*, kind: str, given: Mapping[str, str], by: Staff | None) -> Provider:
    """A new account, which carries its channel from now on. Raises CarrierUnknown, FieldMissing."""
    carrier = get_carrier(kind)
    now = clock.now()
    told, sealed = _divide(carrier, given, kept={})
    _rest_others(carrier.channel)
    provider = Provider.objects.create(
        channel=carrier.channel,
        kind=kind,
        settings=told,
        sealed=sealed,
        is_active=True,
        created_at=now,
        changed_at=now,
        created_by=by,
    )
    record_change(staff=by, deed="set_up_message_provider", subject=str(provider), after=told)
    return provider


@transaction.atomic
def change_provider(*, provider: Provider, given: Mapping[str, str], by: Staff | None) -> Provider:
    """Secrets that are left empty stay as they are. Raises FieldMissing."""
    carrier = get_carrier(provider.kind)
    row = Provider.objects.select_for_update().get(pk=provider.pk)
    before = dict(row.settings)
    row.settings, row.sealed = _divide(carrier, given, kept=open_secrets(row))
    row.changed_at = clock.now()
    row.save(update_fields=["settings", "sealed", "changed_at"])
    record_change(
        staff=by, deed="change_message_provider", subject=str(row), before=before, after=row.settings
    )
    return row


@transaction.atomic
def turn_provider(*, provider: Provider, is_active: bool, by: Staff | None) -> None:
    """On: it carries its channel, and whoever did before does no more. Off: what is to be sent
    waits; mails go through the operator's server where there is one.
    """
    if is_active:
        _rest_others(provider.channel)
    Provider.objects.filter(pk=provider.pk).update(is_active=is_active, changed_at=clock.now())
    record_change(
        staff=by,
        deed="turn_message_provider",
        subject=str(provider),
        before={"is_active": provider.is_active},
        after={"is_active": is_active},
    )


@transaction.atomic
def remove_provider(*, provider: Provider, by: Staff | None) -> None:
    """With its secrets and what it told lately. What it still wants to say of messages is not heard any more.

    Raises ProviderNeeded for the last one of a channel while messages wait: with none the mailbox would take them, and
    they would count as sent. Mails may go where the operator has a server for them.
    """
    is_last = not Provider.objects.filter(channel=provider.channel).exclude(pk=provider.pk).exists()
    has_server = provider.channel == DEFAULT_CHANNEL and bool(settings.EMAIL_HOST)
    if is_last and not has_server and has_waiting(provider.channel):
        raise ProviderNeeded
    record_change(
        staff=by, deed="remove_message_provider", subject=str(provider), before=dict(provider.settings)
    )
    provider.delete()


def open_secrets(provider: Provider) -> dict[str, str]:
    """Empty where the key to them was lost: they are entered anew then."""
    if not provider.sealed:
        return {}
    try:
        return msgspec.json.decode(unseal(provider.sealed, purpose=PURPOSE), type=dict[str, str])
    except SealBroken:
        return {}


def _rest_others(channel: str) -> None:
    """The one that was active, locked, so that two who press at once come one after the other."""
    for one in Provider.objects.select_for_update().filter(channel=channel, is_active=True).order_by("id"):
        one.is_active = False
        one.save(update_fields=["is_active"])


def _divide(
    carrier: Carrier, given: Mapping[str, str], *, kept: Mapping[str, str]
) -> tuple[dict[str, Any], str]:
    """What may be read by whoever reads the database, and what may not."""
    told: dict[str, str] = {}
    hidden: dict[str, str] = {}
    for field in carrier.fields:
        value = str(given.get(field.key, "")).replace("\r\n", "\n").replace("\x00", "").strip()
        if field.is_secret:
            value = value or kept.get(field.key, "") or (_make(field) if field.is_made_here else "")
        if not value and field.is_required:
            raise FieldMissing(field=field.key, label=field.label)
        if value:
            (hidden if field.is_secret else told)[field.key] = value
    sealed = seal(msgspec.json.encode(hidden).decode(), purpose=PURPOSE) if hidden else ""
    return told, sealed


def _make(field: Field) -> str:
    return make_secret() if field.key == SECRET else secrets.token_urlsafe(24)
