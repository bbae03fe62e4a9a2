"""Too often."""

from django.utils.translation import gettext_lazy as _

from wafaa.access.limits.words import say_wait
from wafaa.kit.errors import WafaaError


class TooManyAttempts(WafaaError):
    """Carries how long to wait; pages and the API send it as Retry-After too."""

    code = "too_many_attempts"
    status = 429
    message = _("Too many attempts. Wait {wait}, then try again.")

    def __init__(self, *, retry_after_s: int) -> None:
        super().__init__(retry_after_s=retry_after_s)
        self.retry_after_s = retry_after_s

    def __str__(self) -> str:
        return str(self.message).format(wait=say_wait(self.retry_after_s))
