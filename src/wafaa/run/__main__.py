"""The supervisor's children: `python -m wafaa.run analyst|worker|drainer|web|prepare`."""

import os
import sys
from importlib import import_module

from wafaa.run.lifeline import follow_parent

PROCESSES = ("analyst", "worker", "drainer", "web", "prepare")

if __name__ == "__main__":
    follow_parent()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "wafaa.config.settings")
    name = sys.argv[1] if len(sys.argv) > 1 else ""
    if name not in PROCESSES:
        sys.exit(f"usage: python -m wafaa.run {'|'.join(PROCESSES)}")
    sys.exit(import_module(f"wafaa.run.{name}").main(*sys.argv[2:]))
