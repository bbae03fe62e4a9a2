"""A connection is not asked whether it works before each request where it is plain that it does."""

import select
import time
from typing import Any

from django.db.backends.postgresql import base

# A server that ends or drops a connection says so at once. A network between might forget an idle one without a word.
BELIEVED_S = 15.0


class DatabaseWrapper(base.DatabaseWrapper):
    """Asks by a statement of its own only where it did not for a while, or where the server has said something unasked."""

    health_check_enabled: bool  # of Django's, which its types leave out
    health_check_done: bool
    asked_at = 0.0

    def close_if_health_check_failed(self) -> None:
        if self.connection is None or not self.health_check_enabled or self.health_check_done:
            return
        now = time.monotonic()
        if now - self.asked_at < BELIEVED_S and _is_silent(self.connection):
            self.health_check_done = True
            return
        super().close_if_health_check_failed()
        self.asked_at = now

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        made = super().get_new_connection(conn_params)
        self.asked_at = time.monotonic()
        return made


def _is_silent(connection: Any) -> bool:
    """Open, and with nothing to read between two statements: neither a farewell nor an end."""
    if connection.closed:
        return False
    waiting = select.poll()
    waiting.register(connection.fileno(), select.POLLIN)
    return not waiting.poll(0)
