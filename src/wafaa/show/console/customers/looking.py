"""From a request to customers: what its address asks, and who fits, as far as the person may see them."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import QuerySet
from django.http import QueryDict

from wafaa.access.business.models import Business
from wafaa.access.staff.http import StaffRequest
from wafaa.access.staff.models import Staff
from wafaa.know.customers.errors import CustomerMissing
from wafaa.know.customers.models import Customer, OwnField
from wafaa.know.customers.queries import get_customer, list_customers, list_fields, list_tags
from wafaa.know.orders.queries import Stores, filter_by_stores, get_store_scope
from wafaa.show.console.customers.forms import CustomerFilterForm
from wafaa.show.console.customers.listing import find_customers
from wafaa.show.console.customers.views import Asked, read_asked


@dataclass(frozen=True, kw_only=True)
class Looked:
    """What was asked, and the customers who fit."""

    asked: Asked
    form: CustomerFilterForm
    own_fields: Sequence[OwnField]
    found: QuerySet[Customer]


def look(request: StaffRequest) -> Looked:
    return look_for(request.GET, request.staff, request.business)


def look_for(params: QueryDict, staff: Staff, business: Business) -> Looked:
    """As the list shows them to this person."""
    asked, own_fields = read_asked(params, staff), list_fields()
    form = CustomerFilterForm(asked.params, staff=staff, tags=list(list_tags()), own_fields=own_fields)
    found = find_customers(form.get_filter(), business)
    return Looked(asked=asked, form=form, own_fields=own_fields, found=found)


def get_visible(customer_uuid: uuid.UUID, stores: Stores) -> Customer:
    """A customer without an order at the reader's stores does not exist for them. Raises CustomerMissing."""
    shown = get_customer(customer_uuid)
    if stores is not None and not filter_by_stores(list_customers(), stores).filter(pk=shown.pk).exists():
        raise CustomerMissing
    return shown


def get_visible_to(customer_uuid: uuid.UUID, staff: Staff) -> Customer:
    return get_visible(customer_uuid, get_store_scope(staff))
