"""Emptying the mailbox of development and the demo."""

from django.db import transaction

from wafaa.access.audit.actions import record_change
from wafaa.access.staff.models import Staff
from wafaa.act.messages.models import KeptMail


@transaction.atomic
def empty_mailbox(*, by: Staff | None) -> int:
    """What it kept is gone; the messages themselves stay noted as sent. Returns how many."""
    many, _kinds = KeptMail.objects.all().delete()
    if many:
        record_change(staff=by, deed="empty_mailbox", before={"mails": many})
    return many
