"""Making a pool of codes, changing its conditions, pausing it."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from wafaa.access.audit.actions import record_change
from wafaa.access.staff.models import Staff
from wafaa.act.vouchers.errors import LimitTooLow, PatternWrong, PoolMissing, TermsWrong
from wafaa.act.vouchers.models import CustomerCount, Pool, Use
from wafaa.act.vouchers.queries import HOLDING
from wafaa.act.vouchers.rules import NAME_LETTERS_MAX, Terms, check_terms, normalise_pattern
from wafaa.act.vouchers.rules.terms import CONDITIONS, GIVES
from wafaa.kit import clock
from wafaa.kit.money import from_minor
from wafaa.kit.sql import load_sql


@transaction.atomic
def make_pool(
    *,
    name: Mapping[str, str],
    terms: Terms,
    pattern: str = "",
    key: UUID | None = None,
    by: Staff | None,
    via: str = "",
) -> Pool:
    """Without a pattern its codes are brought in lists. The same key is the same pool. Raises TermsWrong, PatternWrong."""
    if key is not None and (known := Pool.objects.filter(key=key).first()):
        return known
    pool = Pool(
        key=key,
        name=_read_name(name),
        pattern=_read_pattern(pattern),
        created_at=clock.now(),
        created_by=by,
        **_list_fields(terms, (*GIVES, *CONDITIONS)),
    )
    _check(terms)
    pool.save()
    record_change(
        staff=by, deed="make_voucher_pool", subject=str(pool.uuid), after={"name": str(pool)}, via=via
    )
    return pool


@transaction.atomic
def change_pool(
    *, pool: Pool, name: Mapping[str, str], terms: Terms, pattern: str = "", by: Staff | None, via: str = ""
) -> Pool:
    """Its name and conditions; what it gives stays as it is. A limit of each code is that of codes made from then on.

    Waits for whoever is using one of its codes, and they for it. Raises TermsWrong, PatternWrong, LimitTooLow, PoolMissing.
    """
    held = _lock(pool)
    terms = replace(terms, **{field: getattr(held.terms, field) for field in GIVES})
    _check(terms)
    before = held.terms
    held.name, held.pattern = _read_name(name), _read_pattern(pattern)
    if terms.uses_max != before.uses_max:
        holding = Use.objects.filter(pool=held, state__in=HOLDING).count()
        if terms.uses_max is not None and holding > terms.uses_max:
            raise LimitTooLow
        held.uses = 0 if terms.uses_max is None else holding
    for field, value in _list_fields(terms, CONDITIONS).items():
        setattr(held, field, value)
    held.revision += 1
    held.save()
    if terms.customer_uses_max != before.customer_uses_max:
        _recount_customers(held)
    changed = [field for field in CONDITIONS if getattr(terms, field) != getattr(before, field)]
    record_change(
        staff=by,
        deed="change_voucher_pool",
        subject=str(held.uuid),
        before={field: _say(field, before) for field in changed},
        after={field: _say(field, terms) for field in changed},
        via=via,
    )
    return held


def pause_pool(*, pool: Pool, by: Staff | None, via: str = "") -> Pool:
    """No code of it gives anything until it is resumed; what is held for a checkout can still be redeemed."""
    return _turn(pool, is_paused=True, by=by, via=via)


def resume_pool(*, pool: Pool, by: Staff | None, via: str = "") -> Pool:
    return _turn(pool, is_paused=False, by=by, via=via)


@transaction.atomic
def _turn(pool: Pool, *, is_paused: bool, by: Staff | None, via: str) -> Pool:
    held = _lock(pool)
    if held.is_paused is not is_paused:
        held.is_paused = is_paused
        held.revision += 1
        held.save(update_fields=["is_paused", "revision"])
        deed = "pause_voucher_pool" if is_paused else "resume_voucher_pool"
        record_change(staff=by, deed=deed, subject=str(held.uuid), via=via)
    return held


def _lock(pool: Pool) -> Pool:
    """Raises PoolMissing."""
    found = Pool.objects.select_for_update().filter(pk=pool.pk).first()
    if found is None:
        raise PoolMissing
    return found


def _recount_customers(pool: Pool) -> None:
    """The pool is held, so nobody takes a place meanwhile."""
    CustomerCount.objects.filter(pool=pool).delete()
    with connection.cursor() as cursor:
        cursor.execute(
            load_sql("wafaa.act.vouchers", "recount_customers"), {"pool": pool.pk, "customers": []}
        )


def _check(terms: Terms) -> None:
    if wrong := check_terms(terms):
        raise TermsWrong(fields=", ".join(wrong))


def _read_name(name: Mapping[str, str]) -> dict[str, str]:
    told = {language: name.get(language, "").strip()[:NAME_LETTERS_MAX] for language in ("ar", "en")}
    if not any(told.values()):
        raise TermsWrong(fields="name")
    return told


def _read_pattern(pattern: str) -> str:
    if not pattern.strip():
        return ""
    if not (told := normalise_pattern(pattern)):
        raise PatternWrong
    return told


def _list_fields(terms: Terms, names: tuple[str, ...]) -> dict[str, Any]:
    told = {name: getattr(terms, name) for name in names}
    return {name: list(value) if isinstance(value, tuple) else value for name, value in told.items()}


def _say(field: str, terms: Terms) -> Any:
    """As the trail keeps it."""
    value = getattr(terms, field)
    if field == "minimum_minor":
        return f"{from_minor(value, terms.currency)} {terms.currency}"
    if isinstance(value, tuple):
        return ", ".join(value)
    return value if value is None or isinstance(value, (int, str)) else value.isoformat()
