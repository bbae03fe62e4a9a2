"""The tables of messages: what may be said (templates), and what was asked to be sent (sending)."""

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
    "KeptMail",
    "Link",
    "Look",
    "Message",
    "MessageSettings",
    "Pace",
    "Sending",
    "Suppression",
    "Template",
    "TemplateVersion",
    "Topic",
    "TopicRefusal",
]
