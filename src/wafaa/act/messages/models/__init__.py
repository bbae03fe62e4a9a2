"""The tables of messages: what may be said (templates), what was asked to be sent (sending), what shops' pages show
(onsite), who carries messages and what they tell us (providers)."""

from wafaa.act.messages.models.onsite import InboxEntry, PushKey, PushSubscription
from wafaa.act.messages.models.providers import Callback, Inbound, Mark, Provider, Touch
from wafaa.act.messages.models.sending import (
    KeptMail,
    Link,
    Message,
    MessageSettings,
    Pace,
    Sending,
    Suppression,
    Topic,
    TopicRefusal,
)
from wafaa.act.messages.models.templates import Block, Look, Template, TemplateVersion

__all__ = [
    "Block",
    "Callback",
    "Inbound",
    "InboxEntry",
    "KeptMail",
    "Link",
    "Look",
    "Mark",
    "Message",
    "MessageSettings",
    "Pace",
    "Provider",
    "PushKey",
    "PushSubscription",
    "Sending",
    "Suppression",
    "Template",
    "TemplateVersion",
    "Topic",
    "TopicRefusal",
    "Touch",
]
