"""What a programme is apart from its rules: its name, who is a member, what a point is worth, the most that one customer gets."""

import uuid
from typing import Any

import msgspec
from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from wafaa.access.staff.decorators import requires
from wafaa.access.staff.http import StaffRequest
from wafaa.access.staff.rules import Capability
from wafaa.decide.loyalty.actions import change_programme, save_draft
from wafaa.decide.loyalty.forms import ProgrammeForm
from wafaa.decide.loyalty.pages.programmes import find_programme, read_draft
from wafaa.decide.loyalty.rules import State
from wafaa.decide.loyalty.rules.content import write_content
from wafaa.kit.errors import WafaaError
from wafaa.kit.text import choose_words


@requires(Capability.MANAGE_LOYALTY)
@require_http_methods(["GET", "POST"])
def settings(request: StaffRequest, programme_uuid: uuid.UUID) -> HttpResponse:
    """Name, membership and policy hold at once; worth and limits are the draft's."""
    found = find_programme(programme_uuid)
    content = read_draft(found)
    form = ProgrammeForm(request.POST if request.method == "POST" else None, programme=found, content=content)
    if request.method == "POST" and form.is_valid():
        changed = msgspec.structs.replace(content, worth=form.get_worth(), cap_points=form.get_caps())
        try:
            with transaction.atomic():
                change_programme(programme=found, plan=form.get_plan(), by=request.staff)
                if changed != content:
                    save_draft(programme=found, content=write_content(changed), by=request.staff)
        except WafaaError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("The programme was changed."))
            return redirect("loyalty-programme", found.uuid)
    name = choose_words(found.name)
    context: dict[str, Any] = {
        "programme": found,
        "form": form,
        "may_end": found.state in {State.LIVE, State.PAUSED},
        "trail": [
            (_("Loyalty"), reverse("loyalty")),
            (name, reverse("loyalty-programme", args=[found.uuid])),
        ],
    }
    return render(request, "loyalty/settings.html", context, status=422 if form.errors else 200)
