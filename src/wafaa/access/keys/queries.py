"""Reads about keys."""

from datetime import date, datetime

from django.db import connection
from django.db.models import QuerySet

from wafaa.access.business.queries import get_business
from wafaa.access.keys.errors import KeyNotFound
from wafaa.access.keys.models import ApiKey
from wafaa.access.keys.rules import name_source
from wafaa.kit import clock
from wafaa.kit.sql import fetch_prepared, load_sql


def list_keys() -> QuerySet[ApiKey]:
    """Those that work first, then newest first."""
    return ApiKey.objects.select_related("created_by").order_by("-revoked_at", "-created_at", "-id")


def get_key(public_id: str) -> ApiKey:
    """By its public part, with or without what stands before it (`wf_read_`). Raises KeyNotFound."""
    found = ApiKey.objects.filter(public_id=public_id.strip().rpartition("_")[2].lower()).first()
    if found is None:
        raise KeyNotFound
    return found


def find_key(public_id: str) -> ApiKey | None:
    row = fetch_prepared(load_sql("wafaa.access.keys", "find_key"), {"public_id": public_id})
    names = [field.attname for field in ApiKey._meta.concrete_fields]
    return ApiKey.from_db(connection.alias, names, row) if row else None


def find_public_sources() -> frozenset[str]:
    """As the stream names the sources of keys that anybody may read."""
    ids = ApiKey.objects.filter(is_public=True).values_list("public_id", flat=True)
    return frozenset(name_source(one) for one in ids)


def get_end_of_day(day: date) -> datetime:
    """When a key that is good up to and including this day of the business expires."""
    return clock.end_of_day(day, get_business().zone)
