"""Where files of the look lie on the server: a page that keeps some for when the line is down has to know when one changed."""

from pathlib import Path

from django.contrib.staticfiles import finders


def find_static(name: str) -> Path:
    """By the name that `static` takes."""
    found = finders.find(name)
    assert isinstance(found, str), name
    return Path(found)
