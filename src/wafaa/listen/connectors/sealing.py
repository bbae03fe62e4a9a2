"""A connection's secrets: JSON, sealed with a key made from the installation's secret key."""

from collections.abc import Mapping

import msgspec

from wafaa.kit.sealing import seal, unseal
from wafaa.listen.connectors.models import Connection

PURPOSE = "connection"


def seal_secrets(secrets: Mapping[str, str]) -> str:
    return seal(msgspec.json.encode(dict(secrets)).decode(), purpose=PURPOSE) if secrets else ""


def open_secrets(connection: Connection) -> dict[str, str]:
    """Raises what kit.sealing raises where the secret key was lost."""
    if not connection.sealed:
        return {}
    return msgspec.json.decode(unseal(connection.sealed, purpose=PURPOSE), type=dict[str, str])
