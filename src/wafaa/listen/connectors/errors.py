"""What can go wrong with connections. The codes are part of what programs see: they never change."""

from django.utils.translation import gettext_lazy as _

from wafaa.kit.errors import WafaaError
from wafaa.listen.connectors.rules import ConnectorError
from wafaa.listen.connectors.words import say_why


class ConnectionMissing(WafaaError):
    code = "connection_missing"
    status = 404
    message = _("There is no such connection.")


class ConnectionGone(WafaaError):
    code = "connection_gone"
    status = 410
    message = _("This connection was disconnected.")


class Unsigned(WafaaError):
    code = "unsigned"
    status = 401
    message = _("The signature is missing, wrong or too old.")


class SystemUnknown(WafaaError):
    code = "system_unknown"
    status = 404
    message = _("This system cannot be connected.")


class FieldMissing(WafaaError):
    """`field` is the key of one of the connector's fields."""

    code = "field_missing"
    message = _("Fill in “{label}”.")


class BackfillRuns(WafaaError):
    code = "backfill_runs"
    status = 409
    message = _("The past is being fetched already. Wait until it is done, or cancel it.")


class NotPossible(WafaaError):
    """The connection is in a state, or of a system, that has no such deed."""

    code = "not_possible"
    status = 409
    message = _("This connection cannot do that now. Load the page again to see how it stands.")


class CallFailed(WafaaError):
    """The system refused, or could not be asked; `why` is a rules.Why."""

    code = "call_failed"
    status = 502

    def __init__(self, error: ConnectorError) -> None:
        super().__init__(why=error.why, detail=error.detail)

    def __str__(self) -> str:
        return say_why(self.facts["why"], self.facts["detail"])
