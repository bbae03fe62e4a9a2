"""What can go wrong with notes, tasks and files, in words that say what to do."""

from django.utils.translation import gettext_lazy as _

from wafaa.kit.errors import WafaaError


class NoteMissing(WafaaError):
    code = "note_missing"
    status = 404
    message = _("There is no such note, or you may not see it.")


class TaskMissing(WafaaError):
    code = "task_missing"
    status = 404
    message = _("There is no such task, or you may not see it.")


class AttachmentMissing(WafaaError):
    code = "attachment_missing"
    status = 404
    message = _("There is no such file, or you may not see it.")


class NotYours(WafaaError):
    code = "not_yours"
    status = 403
    message = _("Only whoever wrote this and managers may change it.")


class TextMissing(WafaaError):
    code = "text_missing"
    status = 422
    message = _("Nothing is written yet.")


class TextTooLong(WafaaError):
    code = "text_too_long"
    status = 422
    message = _("This is too long: up to {limit} letters fit. A longer text can be attached as a file.")


class DayImplausible(WafaaError):
    code = "day_implausible"
    status = 422
    message = _("Choose a day between {first} and {last}.")


class AssigneeUnfit(WafaaError):
    code = "assignee_unfit"
    status = 422
    message = _("This person may not see the customer. Choose somebody else.")


class AttachmentEmpty(WafaaError):
    code = "attachment_empty"
    status = 422
    message = _("The file is empty. Choose it again, or save it anew first.")


class AttachmentTooLarge(WafaaError):
    code = "attachment_too_large"
    status = 413
    message = _("The file is larger than {limit_mb} MB. Make it smaller, for instance by a lower resolution.")


class AttachmentKindRefused(WafaaError):
    code = "attachment_kind_refused"
    status = 422
    message = _(
        "This kind of file is not kept here. Allowed are PDF, pictures, text in UTF-8, and documents of Word, Excel, "
        "PowerPoint and OpenDocument without macros."
    )


class AttachmentMixed(WafaaError):
    code = "attachment_mixed"
    status = 422
    message = _("The file holds something else beside what it claims to be. Save it anew in one kind.")


class AttachmentDamaged(WafaaError):
    code = "attachment_damaged"
    status = 422
    message = _("The file ends in the middle or is damaged. Choose it again, or save it anew first.")


class AttachmentLost(WafaaError):
    code = "attachment_lost"
    status = 410
    message = _("The file is no longer on the disk. Whoever runs Wafaa may have it in a backup.")


class DiskFailed(WafaaError):
    code = "disk_failed"
    status = 507
    message = _(
        "The file could not be stored: the disk is full or cannot be written. Nothing was kept of it."
    )
