"""The command line's own words, Arabic or English, without Django's settings: `version` is instant."""

import gettext
import os
from functools import cache
from io import BytesIO
from pathlib import Path

from django.utils.functional import lazy

_chosen: str | None = None


def choose_language(language: str | None) -> None:
    """ "ar", "en", or None for the language of the terminal."""
    global _chosen  # noqa: PLW0603  (one process speaks one language)
    _chosen = language


def get_language() -> str:
    """The chosen language, else that of the process that started this one, else of the locale."""
    if _chosen:
        return _chosen
    for name in ("WAFAA_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        if given := os.environ.get(name):
            return "ar" if given.lower().startswith("ar") else "en"
    return "en"


def say(message: str) -> str:
    return _catalogue(get_language()).gettext(message)


def say_many(singular: str, plural: str, number: int) -> str:
    return _catalogue(get_language()).ngettext(singular, plural, number)


def say_error(error: Exception) -> str:
    """In the command's language: the rooms' own errors ask Django, which may not even be set up yet."""
    from django.conf import settings
    from django.utils import translation

    if not settings.configured:
        return str(error)
    with translation.override(get_language()):
        return str(error)


gettext_lazy = lazy(say, str)


@cache
def _catalogue(language: str) -> gettext.NullTranslations:
    folder = Path(__file__).parent / "locale" / language / "LC_MESSAGES"
    if (compiled := folder / "django.mo").exists():
        return gettext.GNUTranslations(compiled.open("rb"))
    if not (source := folder / "django.po").exists():
        return gettext.NullTranslations()
    # before the first start: nothing was compiled yet
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    memory = BytesIO()
    write_mo(memory, read_po(BytesIO(source.read_bytes()), locale=language))
    memory.seek(0)
    return gettext.GNUTranslations(memory)
