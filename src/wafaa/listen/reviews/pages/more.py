"""Testimonials, the shop's pages, other sites, the audit, and the panel on the customer's page."""

import uuid

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from wafaa.access.staff.decorators import requires
from wafaa.access.staff.http import StaffRequest
from wafaa.access.staff.rules import Capability
from wafaa.know.customers.queries import say_customer
from wafaa.know.orders.queries import get_store_scope, get_visible_customer
from wafaa.listen.reviews.actions import add_site, remove_site
from wafaa.listen.reviews.audit import show_audit
from wafaa.listen.reviews.forms import SiteForm
from wafaa.listen.reviews.pages.console import describe_rows, list_tabs
from wafaa.listen.reviews.queries import (
    ReviewFilter,
    get_total,
    list_customer_reviews,
    list_reviewed_products,
    list_reviews,
    list_sites,
)
from wafaa.listen.reviews.showing import fill_stars, write_snippet

PAGE_ROWS = 25
SHOWN = 20


@requires(Capability.SEE_ANSWERS)
@require_GET
def testimonials(request: StaffRequest) -> HttpResponse:
    """Who agreed to be quoted; those that are shown, and those that could be."""
    found = list_reviews(ReviewFilter(state="published")).filter(may_quote=True)
    found = found.order_by("-is_testimonial", "-submitted_at", "-id")
    page = Paginator(found, PAGE_ROWS).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "rows": describe_rows(list(page.object_list), request.staff),
        "tabs": list_tabs("review-testimonials"),
        "may_decide": request.staff.may(Capability.EDIT_SURVEYS),
        "address": request.build_absolute_uri("/v1/public/testimonials"),
        "back": request.get_full_path(),
    }
    return render(request, "reviews/testimonials.html", context)


@requires(Capability.SEE_ANSWERS)
@require_GET
def shop(request: StaffRequest) -> HttpResponse:
    """Products with reviews, what they add up to, and what to put into their pages."""
    search = request.GET.get("q", "")[:150]
    page = Paginator(list_reviewed_products(search), PAGE_ROWS).get_page(request.GET.get("page"))
    base = request.build_absolute_uri("/")
    rows = []
    for product in page.object_list:
        total = get_total(product)
        rows.append(
            {
                "product": product,
                "total": total,
                "stars": fill_stars(total.average),
                "snippet": write_snippet(base, product),
            }
        )
    context = {"page": page, "rows": rows, "search": search, "tabs": list_tabs("reviews-shop"), "base": base}
    return render(request, "reviews/shop.html", context)


@requires(Capability.EDIT_SURVEYS)
@require_http_methods(["GET", "POST"])
def sites(request: StaffRequest) -> HttpResponse:
    """Where else the shop is reviewed; shown to everybody after any answer and any review."""
    form = SiteForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        add_site(staff=request.staff, **form.cleaned_data)
        messages.success(request, _("Saved. It holds from now on."))
        return redirect("review-sites")
    context = {"form": form, "sites": list_sites(), "tabs": list_tabs("review-sites")}
    return render(request, "reviews/sites.html", context, status=422 if form.errors else 200)


@requires(Capability.EDIT_SURVEYS)
@require_POST
def site_remove(request: StaffRequest, site_id: int) -> HttpResponse:
    remove_site(site_id=site_id, staff=request.staff)
    return redirect("review-sites")


@requires(Capability.SEE_ANSWERS)
@require_GET
def audit(request: StaffRequest) -> HttpResponse:
    return render(request, "reviews/audit.html", {**show_audit(), "tabs": list_tabs("reviews-audit")})


@requires(Capability.SEE_PERSONAL)
@require_GET
def panel(request: StaffRequest, customer_uuid: uuid.UUID) -> HttpResponse:
    """What the customer reviewed."""
    customer = get_visible_customer(customer_uuid, get_store_scope(request.staff))
    rows = list(list_customer_reviews(customer)[: SHOWN + 1])
    label = say_customer(customer, sees_personal=True)
    context = {
        "customer": customer,
        "label": label,
        "rows": describe_rows(rows[:SHOWN], request.staff),
        "has_more": len(rows) > SHOWN,
        "may_open": request.staff.may(Capability.SEE_ANSWERS),
        "trail": [(label, reverse("customer", args=[customer.uuid]))],
    }
    template = "reviews/panel.html" if request.htmx else "reviews/panel_page.html"
    return render(request, template, context)
