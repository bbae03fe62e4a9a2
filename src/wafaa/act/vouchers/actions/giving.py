"""A code of one's own for a customer; and codes that are taken out of use."""

from uuid import UUID

from django.db import IntegrityError, transaction

from wafaa.access.audit.actions import record_change
from wafaa.access.staff.models import Staff
from wafaa.act.vouchers.actions.telling import tell_given
from wafaa.act.vouchers.actions.using import hold_code
from wafaa.act.vouchers.errors import KeyReused, KeyWrong, PoolEmpty
from wafaa.act.vouchers.models import Code, Pool
from wafaa.act.vouchers.rules import KEY_LETTERS_MAX, digest, draw_codes
from wafaa.kit import clock

# A drawn code that is there already is drawn again; with so many guesses to a hit it never comes to this.
DRAWS = 10


@transaction.atomic
def give_code(*, key: str, pool: Pool, customer_id: int, by: Staff | None = None, via: str = "") -> Code:
    """A code that only this customer can use: made by the pool's pattern, or the next unused one of its lists. The same key
    gives the same code. Raises PoolEmpty, KeyReused, KeyWrong.
    """
    if not 0 < len(key) <= KEY_LETTERS_MAX:
        raise KeyWrong
    kept = digest(f"give:{key}")
    if before := _find(kept):
        return _same(before, pool, customer_id)
    try:
        with transaction.atomic():
            code = _make(pool, customer_id, kept) if pool.pattern else _pick(pool, customer_id, kept)
    except IntegrityError:  # the same key at the same moment
        if before := _find(kept):
            return _same(before, pool, customer_id)
        raise
    if by is not None or via:
        record_change(staff=by, deed="give_voucher", subject=str(pool.uuid), via=via)
    code = Code.objects.select_related("pool", "batch").get(pk=code.pk)
    tell_given(code)
    return code


def _find(kept: UUID) -> Code | None:
    return Code.objects.select_related("pool", "batch").filter(key=kept).first()


def _same(code: Code, pool: Pool, customer_id: int) -> Code:
    if code.pool_id != pool.pk or code.customer_id != customer_id:
        raise KeyReused
    return code


def _make(pool: Pool, customer_id: int, kept: UUID) -> Code:
    for text in draw_codes(pool.pattern, DRAWS):
        if not Code.objects.filter(text=text).exists():
            return Code.objects.create(
                text=text,
                pool=pool,
                is_personal=True,
                customer_id=customer_id,
                key=kept,
                uses_max=pool.code_uses_max,
                created_at=clock.now(),
            )
    raise PoolEmpty


def _pick(pool: Pool, customer_id: int, kept: UUID) -> Code:
    """Whoever picks at the same moment picks another one."""
    free = Code.objects.filter(pool=pool, is_personal=False, uses=0, is_withdrawn=False).order_by("id")
    code = free.select_for_update(skip_locked=True).first()
    if code is None:
        raise PoolEmpty
    code.is_personal, code.customer_id, code.key = True, customer_id, kept
    code.save(update_fields=["is_personal", "customer", "key"])
    return code


def withdraw_code(*, code: Code, by: Staff | None) -> Code:
    """It gives nothing any more; what is held or used stays."""
    return _turn(code, is_withdrawn=True, by=by)


def restore_code(*, code: Code, by: Staff | None) -> Code:
    return _turn(code, is_withdrawn=False, by=by)


@transaction.atomic
def _turn(code: Code, *, is_withdrawn: bool, by: Staff | None) -> Code:
    held = hold_code(code)
    if held.is_withdrawn is not is_withdrawn:
        held.is_withdrawn = is_withdrawn
        held.save(update_fields=["is_withdrawn"])
        deed = "withdraw_voucher" if is_withdrawn else "restore_voucher"
        record_change(staff=by, deed=deed, subject=str(held.pool.uuid), after={"code": held.shown})
    return held
