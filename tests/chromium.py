"""The browser that tests drive: Chromium without a window, as Debian packages it.

Where both are installed the headless shell is taken: it has the same engine, and starts no renderers for a toolbar that
nobody sees, which cost six times what the page costs. WAFAA_CHROMIUM names another.
"""

import os
import shutil

NAMES = ("chromium-headless-shell", "chromium", "chromium-browser")
CHROMIUM = os.environ.get("WAFAA_CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking")
