"""Making and publishing surveys, asking people, taking their answers."""

from wafaa.listen.surveys.actions.following import SURVEYS_FOLLOW, erase_customer
from wafaa.listen.surveys.actions.importing import (
    cancel_import,
    forget_old_imports,
    request_import,
    run_import,
)
from wafaa.listen.surveys.actions.inviting import (
    Invitee,
    make_invitations,
    mark_opened,
    mark_sent,
    sign_customer,
)
from wafaa.listen.surveys.actions.making import (
    change_collector,
    change_draft,
    change_survey,
    close_survey,
    make_collector,
    make_survey,
    publish_survey,
    reopen_survey,
)
from wafaa.listen.surveys.actions.opening import Opened, open_response
from wafaa.listen.surveys.actions.saving import Saved, complete_response, save_page
from wafaa.listen.surveys.actions.sweeping import leave_stale

__all__ = [
    "SURVEYS_FOLLOW",
    "Invitee",
    "Opened",
    "Saved",
    "cancel_import",
    "change_collector",
    "change_draft",
    "change_survey",
    "close_survey",
    "complete_response",
    "erase_customer",
    "forget_old_imports",
    "leave_stale",
    "make_collector",
    "make_invitations",
    "make_survey",
    "mark_opened",
    "mark_sent",
    "open_response",
    "publish_survey",
    "reopen_survey",
    "request_import",
    "run_import",
    "save_page",
    "sign_customer",
]
