"""Surveys as plain data: their states, their content, the way through them, and what may be answered."""

from enum import StrEnum


class SurveyState(StrEnum):
    DRAFT = "draft"
    OPEN = "open"
    CLOSED = "closed"


class CollectorKind(StrEnum):
    LINK = "link"
    EMAIL = "email"
    SMS = "sms"
    SOCIAL = "social"
    QR = "qr"
    EMBED = "embed"
    POPUP = "popup"
    KIOSK = "kiosk"
    IMPORT = "import"


class ResponseState(StrEnum):
    STARTED = "started"
    PARTIAL = "partial"  # left for an hour
    COMPLETE = "complete"
    SCREENED = "screened"  # the survey's own logic ended it before its last page


ANSWERED = "Survey Answered"
SOURCE = "surveys"
# A response that nobody went on with for so long counts as partial; Medallia waits as long.
PARTIAL_AFTER_MINUTES = 60

# Longest words of anything that comes from outside.
LETTERS_MAX = {"text": 10_000, "short": 500, "contact": 254, "hidden": 500, "file_name": 200}
