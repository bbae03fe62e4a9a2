"""What help desks tell: conversations as events, each once; contacts, each time that they differ."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from wafaa.listen.connectors.commerce import Person, tell_person, tell_step, write_moment
from wafaa.listen.connectors.rules import Place, Told


@dataclass(frozen=True, kw_only=True)
class Talk:
    """A conversation: whose it is, and what every event of it says of it (channel, agent ...)."""

    place: Place
    id: str
    person: Person
    about: Mapping[str, Any] = field(default_factory=dict)

    def start(self, at: datetime) -> Told:
        return self._tell("Support Conversation Started", f"support-started:{self.id}", at, {})

    def receive(self, message_id: str, at: datetime, **more: Any) -> Told:
        about = {"message_id": message_id, **more}
        return self._tell("Support Message Received", f"support-message:{message_id}", at, about)

    def reply(self, message_id: str, at: datetime, **more: Any) -> Told:
        return self._tell(
            "Support Reply Sent", f"support-reply:{message_id}", at, {"message_id": message_id, **more}
        )

    def end(self, at: datetime) -> Told:
        """A conversation that is opened again ends again: the second in which it ended belongs to the id."""
        second = write_moment(at.replace(microsecond=0))
        return self._tell("Support Conversation Ended", f"support-ended:{self.id}:{second}", at, {})

    def _tell(self, name: str, key: str, at: datetime, more: Mapping[str, Any]) -> Told:
        topic, _colon, object_id = key.partition(":")
        nobody = {"anonymous": True} if self.person.is_nobody else {}
        return tell_step(
            self.place,
            name=name,
            topic=topic,
            object_id=object_id,
            person=self.person,
            at=at,
            properties={"conversation_id": self.id, **self.about, **more, **nobody},
        )


def tell_contact(
    place: Place, *, distinct_id: str, traits: Mapping[str, Any], at: datetime, object_id: str
) -> Told:
    """Somebody whom every delivery describes, without saying since when: told once a day for each description."""
    told = tell_person(place, distinct_id=distinct_id, traits=traits, updated_at=at, object_id=object_id)
    written = repr(sorted(told.event.properties.items())).encode()
    version = f"{at:%Y%m%d}-{hashlib.sha256(written).hexdigest()[:12]}"
    return replace(
        told, event=replace(told.event, message_id=place.name_message("customer", object_id, version))
    )
