"""From a request to customers: what its address asks, and who fits, as far as the person may see them."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import QuerySet
from django.http import QueryDict

from wafaa.access.business.models import Business
from wafaa.access.staff.http import StaffRequest
from wafaa.access.staff.models import Staff
from wafaa.know.customers.models import Customer, OwnField
from wafaa.know.customers.queries import list_fields, list_tags
from wafaa.show.console.customers.forms import CustomerFilterForm
from wafaa.show.console.customers.listing import CustomerFilter, find_customers
from wafaa.show.console.customers.views import Asked, read_asked


@dataclass(frozen=True, kw_only=True)
class Looked:
    """What was asked, and the customers who fit."""

    asked: Asked
    form: CustomerFilterForm
    own_fields: Sequence[OwnField]
    filter: CustomerFilter
    found: QuerySet[Customer]

    @property
    def meaning(self) -> str:
        """What the address means just now. It means something else, and perhaps everybody, once a tag or an own field that
        it asks for is gone.
        """
        return hashlib.sha256(repr(self.filter).encode()).hexdigest()[:16]


def look(request: StaffRequest) -> Looked:
    return look_for(request.GET, request.staff, request.business)


def look_for(params: QueryDict, staff: Staff, business: Business) -> Looked:
    """As the list shows them to this person."""
    asked, own_fields = read_asked(params, staff), list_fields()
    form = CustomerFilterForm(asked.params, staff=staff, tags=list(list_tags()), own_fields=own_fields)
    narrowed = form.get_filter()
    found = find_customers(narrowed, business)
    return Looked(asked=asked, form=form, own_fields=own_fields, filter=narrowed, found=found)
