"""What can go wrong with a report, besides the file itself."""

from django.utils.translation import gettext_lazy as _

from wafaa.kit.errors import WafaaError


class AnswerUnknown(WafaaError):
    code = "answer_unknown"
    message = _("There is no option {name}. The options are: {names}.")


class ReportNotWritable(WafaaError):
    code = "report_not_writable"
    message = _("The report cannot be written to {file}: {reason}")
