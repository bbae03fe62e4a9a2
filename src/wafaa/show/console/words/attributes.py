"""What a customer's own fields are called: the data's names, made readable."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

KNOWN = {"latin_name": _("Latin name")}


def say_attributes(attributes: Mapping[str, object]) -> dict[str, object]:
    """A field that we know is told in the reader's language, any other by its own name without underscores."""
    return {str(KNOWN.get(key, key.replace("_", " "))): value for key, value in attributes.items()}
