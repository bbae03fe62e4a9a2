"""What can go wrong with experiments, in words that say what to do."""

from django.utils.translation import gettext_lazy as _

from wafaa.kit.errors import WafaaError


class ExperimentMissing(WafaaError):
    code = "experiment_missing"
    status = 404
    message = _("There is no such experiment.")


class VariantsWrong(WafaaError):
    code = "variants_wrong"
    status = 422
    message = _("The shares of the variants must add up to 100 per cent, and each needs a name of its own.")


class MetricUnknown(WafaaError):
    code = "metric_unknown"
    status = 422
    message = _("{metric} cannot be measured.")


class WindowWrong(WafaaError):
    code = "window_wrong"
    status = 422
    message = _("People are watched for 1 to {most} days.")


class PlanWrong(WafaaError):
    code = "plan_wrong"
    status = 422
    message = _("The planned end must lie in the future.")


class ExperimentNotRunning(WafaaError):
    code = "experiment_not_running"
    status = 409
    message = _("The experiment {name} is not running, so nobody comes into it.")


class ExperimentStarted(WafaaError):
    code = "experiment_started"
    status = 409
    message = _("The experiment has started already.")
