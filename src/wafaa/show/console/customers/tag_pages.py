"""The tags of customers: how many wear each, renamed, coloured, removed."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from wafaa.access.staff.decorators import requires
from wafaa.access.staff.http import StaffRequest
from wafaa.access.staff.rules import Capability
from wafaa.know.customers.actions import change_tag, ensure_tag, remove_tag
from wafaa.know.customers.errors import TagNameTaken, TagNameWrong
from wafaa.know.customers.queries import count_worn, get_tag, list_tags
from wafaa.show.console.customers.forms import COLOUR_LABELS


@requires(Capability.CHANGE_CUSTOMERS)
@require_http_methods(["GET", "POST"])
def tags(request: StaffRequest) -> HttpResponse:
    """The list; a POST makes a tag."""
    if request.method == "POST":
        try:
            tag = ensure_tag(name=request.POST.get("name", ""), by=request.staff)
            messages.success(request, _("The tag %(name)s is there.") % {"name": tag.name})
        except TagNameWrong as error:
            messages.error(request, str(error))
        return redirect("tags")
    worn = count_worn()
    context = {
        "rows": [{"tag": tag, "customers": worn.get(tag.pk, 0)} for tag in list_tags()],
        "colours": COLOUR_LABELS.items(),
        "trail": [(_("Customers"), reverse("customers"))],
    }
    return render(request, "console/customers/tags.html", context)


@requires(Capability.CHANGE_CUSTOMERS)
@require_POST
def change(request: StaffRequest, tag_id: int) -> HttpResponse:
    tag = get_tag(tag_id)
    try:
        change_tag(
            tag=tag,
            name=request.POST.get("name", ""),
            colour=request.POST.get("colour", ""),
            by=request.staff,
        )
        messages.success(request, _("The tag is changed."))
    except (TagNameWrong, TagNameTaken) as error:
        messages.error(request, str(error))
    return redirect("tags")


@requires(Capability.CHANGE_CUSTOMERS)
@require_POST
def remove(request: StaffRequest, tag_id: int) -> HttpResponse:
    remove_tag(tag=get_tag(tag_id), by=request.staff)
    messages.success(request, _("The tag is removed from everybody."))
    return redirect("tags")
