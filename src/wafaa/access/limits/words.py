"""How long to wait, in the reader's words."""

from django.utils.translation import ngettext


def say_wait(seconds: int) -> str:
    """Seconds up to a minute and a half, then minutes, rounded up."""
    if seconds <= 90:
        return ngettext("%(count)s second", "%(count)s seconds", seconds) % {"count": seconds}
    minutes = -(-seconds // 60)
    return ngettext("%(count)s minute", "%(count)s minutes", minutes) % {"count": minutes}
