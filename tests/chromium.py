"""The browser that tests drive: Chromium as Debian packages it, or the one that WAFAA_CHROMIUM names.

Where it is installed the headless shell is taken: it has the same engine, and starts no renderers for a toolbar that nobody
sees, which cost six times what the page costs. Notifications are the one thing that it lacks.
"""

import os
import shutil


def _find(*names: str) -> str | None:
    return os.environ.get("WAFAA_CHROMIUM") or next(filter(None, map(shutil.which, names)), None)


WHOLE_CHROMIUM = _find("chromium", "chromium-browser")
CHROMIUM = _find("chromium-headless-shell") or WHOLE_CHROMIUM
FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking")
