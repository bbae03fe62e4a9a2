"""What can go wrong with campaigns and automations."""

from django.utils.translation import gettext_lazy as _

from wafaa.kit.errors import WafaaError


class CampaignMissing(WafaaError):
    code = "campaign_missing"
    status = 404
    message = _("There is no such campaign.")


class AutomationMissing(WafaaError):
    code = "automation_missing"
    status = 404
    message = _("There is no such automation.")


class CampaignFixed(WafaaError):
    code = "campaign_fixed"
    status = 409
    message = _("The campaign is not a draft any more. Copy it to send something like it.")


class CampaignStands(WafaaError):
    code = "campaign_stands"
    status = 409
    message = _("This cannot be done while the campaign is as it is.")


class SecondPersonNeeded(WafaaError):
    code = "second_person_needed"
    status = 403
    message = _("Somebody else has to agree to a campaign of so many people: not whoever launched it.")


class TemplateNotReady(WafaaError):
    code = "template_not_ready"
    status = 409
    message = _("The message is not ready to be sent.")


class SegmentNotBuilt(WafaaError):
    code = "segment_not_built"
    status = 409
    message = _("The segment is still being counted. Try again in a moment.")


class TimeOver(WafaaError):
    code = "time_over"
    status = 422
    message = _("This time is over.")


class TimeUnreadable(WafaaError):
    code = "time_unreadable"
    status = 422
    message = _("A day and a time are needed, such as 2026-11-22T10:00.")


class PlanUnreadable(WafaaError):
    code = "plan_unreadable"
    status = 422
    message = _("The automation cannot be read at {path}: {why}")


class ControlWrong(WafaaError):
    code = "control_wrong"
    status = 422
    message = _("The control group may be 0 to 50 per cent.")


class ReadyAutomationMissing(WafaaError):
    code = "ready_automation_missing"
    status = 404
    message = _("There is no such ready automation.")


class AutomationUnfinished(WafaaError):
    code = "automation_unfinished"
    status = 409
    message = _("The automation has no message to send yet.")
