"""Everything that changes messages: asking for them, stopping them, whom nothing reaches, what readers choose."""

from wafaa.act.messages.actions.choosing import (
    choose,
    choose_topics,
    choose_topics_of,
    get_chooser,
    note_open,
    note_press,
    unsubscribe,
)
from wafaa.act.messages.actions.following import MESSAGES_FOLLOW, erase_customer
from wafaa.act.messages.actions.handing import hand_over
from wafaa.act.messages.actions.hearing import handle_callbacks, prune_callbacks
from wafaa.act.messages.actions.judging import judge_touches
from wafaa.act.messages.actions.releasing import release_due
from wafaa.act.messages.actions.sending import Sent, send
from wafaa.act.messages.actions.setting import change_settings, save_topic
from wafaa.act.messages.actions.steering import cancel_sending, pause_sending, resume_sending
from wafaa.act.messages.actions.suppressing import lift_suppression, suppress_address
from wafaa.act.messages.actions.withdrawing import withdraw_messages

__all__ = [
    "MESSAGES_FOLLOW",
    "Sent",
    "cancel_sending",
    "change_settings",
    "choose",
    "choose_topics",
    "choose_topics_of",
    "erase_customer",
    "get_chooser",
    "hand_over",
    "handle_callbacks",
    "judge_touches",
    "lift_suppression",
    "note_open",
    "note_press",
    "pause_sending",
    "prune_callbacks",
    "release_due",
    "resume_sending",
    "save_topic",
    "send",
    "suppress_address",
    "unsubscribe",
    "withdraw_messages",
]
