"""Reads about the business itself."""

from wafaa.access.business.models import Business


def get_business() -> Business:
    """The one business of this installation; its defaults where nothing was set yet."""
    return Business.objects.filter(id=1).first() or Business(id=1)
