"""At which stores somebody may stand at the till."""

from wafaa.access.staff.models import Staff
from wafaa.know.orders.models import Store
from wafaa.know.orders.queries import get_store_scope, list_stores
from wafaa.show.till.errors import StoreMissing


def list_own_stores(staff: Staff) -> list[Store]:
    return list(list_stores(get_store_scope(staff)))


def get_store(staff: Staff, code: str) -> Store | None:
    """The store of this code; None for a shop that has none. Raises StoreMissing where this person does not work there."""
    scope = get_store_scope(staff)
    if not code:
        if scope is None and not Store.objects.exists():
            return None
        raise StoreMissing
    found = list_stores(scope).filter(code=code).first()
    if found is None:
        raise StoreMissing
    return found
