"""What the experiments room does when events arrive."""

from collections.abc import Sequence

from django.db import connection

from wafaa.kit.sql import load_sql
from wafaa.stream.rules import EventHead, get_places


def on_exposures(heads: Sequence[EventHead]) -> None:
    """Who met which variant, first when; told again it changes nothing, in whatever order."""
    with connection.cursor() as cursor:
        cursor.execute(load_sql("wafaa.decide.experiments", "save_exposures"), get_places(heads))
