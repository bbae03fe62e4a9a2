"""What can go wrong when a person is handed out or erased."""

from django.utils.translation import gettext_lazy as _

from wafaa.kit.errors import WafaaError


class ErasureMissing(WafaaError):
    code = "erasure_missing"
    status = 404
    message = _("There is no such erasure.")


class ErasureRuns(WafaaError):
    code = "erasure_runs"
    status = 409
    message = _("This customer is being erased already.")


class ImportInTheWay(WafaaError):
    code = "import_in_the_way"
    status = 409
    message = _("A file is just being published. The erasure goes on when that is done.")
