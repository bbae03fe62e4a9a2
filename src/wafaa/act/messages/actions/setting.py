"""How the business sends: hours, budgets, rates, topics."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from wafaa.access.audit.actions import record_change
from wafaa.access.staff.models import Staff
from wafaa.act.messages.errors import SettingsWrong
from wafaa.act.messages.house import House, read_house, write_house
from wafaa.act.messages.models import MessageSettings, Topic
from wafaa.act.messages.queries import get_house
from wafaa.kit import clock


@transaction.atomic
def change_settings(*, changes: Mapping[str, Any], by: Staff | None) -> House:
    """What `changes` names takes the place of what was (house.write_house shows its form). Raises SettingsWrong."""
    before = write_house(get_house())
    try:
        house = read_house({**before, **changes})
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise SettingsWrong(name=str(error)) from error
    after = write_house(house)
    MessageSettings.objects.update_or_create(id=1, defaults={"told": after, "changed_at": clock.now()})
    if before != after:
        changed = [name for name in after if before[name] != after[name]]
        record_change(
            staff=by,
            deed="change_message_settings",
            subject="",
            before={name: before[name] for name in changed},
            after={name: after[name] for name in changed},
        )
    return house


@transaction.atomic
def save_topic(
    *, key: str, label_ar: str, label_en: str, purpose: str = "marketing", position: int = 0, by: Staff | None
) -> Topic:
    """A topic, or what it is called from now on."""
    topic, _made = Topic.objects.update_or_create(
        key=key,
        defaults={"label_ar": label_ar, "label_en": label_en, "purpose": purpose, "position": position},
    )
    record_change(
        staff=by, deed="save_topic", subject=key, after={"label_ar": label_ar, "label_en": label_en}
    )
    return topic
