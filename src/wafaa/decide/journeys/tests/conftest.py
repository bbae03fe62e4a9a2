"""Fixtures of the room: the mail server of the room that sends."""

from wafaa.act.messages.tests.conftest import mailserver

__all__ = ["mailserver"]
