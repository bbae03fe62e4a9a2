"""How connectors call out: kit.outbound with patience, its failures as ConnectorError."""

from collections.abc import Mapping

from wafaa.kit.outbound import OutboundFailed, OutboundRefused, send
from wafaa.listen.connectors.rules import Answer, ConnectorError, Why

# Shops answer a page of 250 orders in some seconds, slow ones of their own in half a minute.
TIMEOUT_S = 40.0
ANSWER_BYTES_MAX = 20_000_000


def send_out(
    method: str, url: str, *, headers: Mapping[str, str] | None = None, body: bytes | None = None
) -> Answer:
    """Raises ConnectorError(UNREACHABLE | REFUSED)."""
    try:
        return send(
            method, url, headers=headers or {}, body=body, timeout_s=TIMEOUT_S, limit_bytes=ANSWER_BYTES_MAX
        )
    except OutboundRefused as error:
        raise ConnectorError(Why.REFUSED, error.why) from error
    except OutboundFailed as error:
        raise ConnectorError(Why.UNREACHABLE, error.why) from error
