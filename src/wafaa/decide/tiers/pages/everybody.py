"""The members of a programme: where they stand, what they hold, when they last did something."""

import uuid
from collections.abc import Mapping
from typing import Any, Final

from django import forms
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_GET

from wafaa.access.staff.decorators import requires
from wafaa.access.staff.http import StaffRequest
from wafaa.access.staff.rules import Capability
from wafaa.act.points.words import name_unit, say_amount
from wafaa.decide.loyalty.models import Member, Programme
from wafaa.decide.loyalty.queries import find_published
from wafaa.decide.loyalty.rules.content import Content, read_content
from wafaa.decide.loyalty.words import list_tier_names
from wafaa.decide.tiers.pages.tiers import find_programme
from wafaa.decide.tiers.queries.everybody import Holding, find_holdings, find_members
from wafaa.kit import clock
from wafaa.kit.pagination import COUNT_MAX, Stretch, count_up_to, read_page
from wafaa.kit.text import choose_words
from wafaa.know.customers.models import Customer
from wafaa.know.customers.queries import RARE_MAX, list_customers, say_customer
from wafaa.know.orders.queries import filter_by_stores, get_store_scope

AT_ONCE: Final = 50


class MemberFilterForm(forms.Form):
    """A field that cannot be read narrows nothing."""

    q = forms.CharField(label=gettext_lazy("Name or phone"), required=False, max_length=200)
    tier = forms.ChoiceField(label=pgettext_lazy("loyalty", "Tier"), required=False)

    def __init__(self, data: Mapping[str, Any], *, tiers: Mapping[str, str]) -> None:
        super().__init__(data)
        if not tiers:
            del self.fields["tier"]
            return
        field = self.fields["tier"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", _("All tiers")), *tiers.items()]


@requires(Capability.SEE_LOYALTY)
@require_GET
def everybody(request: StaffRequest, programme_uuid: uuid.UUID, at_once: int = AT_ONCE) -> HttpResponse:
    """Who joined last comes first."""
    programme = find_programme(programme_uuid)
    version = find_published(programme)
    tiers = list_tier_names(read_content(version.content) if version else Content())
    form = MemberFilterForm(request.GET, tiers=tiers)
    form.is_valid()
    search, tier = form.cleaned_data.get("q", ""), form.cleaned_data.get("tier", "")
    found = find_members(programme, tier=tier, customers=_find_customers(request, search))
    stretch = Stretch(rows=found, key="joined_at", is_descending=True)
    page = read_page([stretch], cursor=request.GET.get("at", ""), size=at_once)
    holdings = find_holdings(programme, page.rows, clock.now())
    count_max = RARE_MAX if search else COUNT_MAX
    context = {
        "programme": programme,
        "name": choose_words(programme.name),
        "unit": name_unit(programme.unit),
        "form": form,
        "page": page,
        "rows": [_show(request, programme, one, holdings[one.pk], tiers) for one in page.rows],
        "has_tiers": bool(tiers),
        "count": count_up_to(found, count_max),
        "count_max": count_max,
        "is_narrowed": bool(search or tier),
        "trail": [
            (_("Loyalty"), reverse("loyalty")),
            (choose_words(programme.name), reverse("loyalty-programme", args=[programme.uuid])),
        ],
    }
    return render(request, "tiers/everybody.html", context)


def _find_customers(request: StaffRequest, search: str) -> QuerySet[Customer] | None:
    """Whom the reader searches and may see; None is everybody."""
    stores = get_store_scope(request.staff)
    if not search and stores is None:
        return None
    sees_personal = request.staff.may(Capability.SEE_PERSONAL)
    found = list_customers(search=search, searches_numbers_only=not sees_personal)
    return found if stores is None else filter_by_stores(found, stores)


def _show(
    request: StaffRequest, programme: Programme, one: Member, held: Holding, tiers: Mapping[str, str]
) -> dict[str, Any]:
    balance, unit = held.balance, programme.unit
    return {
        "member": one,
        "label": say_customer(one.customer, request.staff.may(Capability.SEE_PERSONAL)),
        "tiers": [tiers.get(code, code) for code in one.tiers],
        "wallet": held.wallet,
        "available": say_amount(balance.available if balance else 0, unit),
        "pending": say_amount(balance.pending, unit) if balance and balance.pending else "",
        "owed": say_amount(balance.owed, unit) if balance and balance.owed else "",
        "active_at": held.active_at,
    }
