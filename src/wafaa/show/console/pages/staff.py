"""Staff: who may sign in, in which role, at which stores.

These pages stand here and not in access, because stores belong to a higher floor.
"""

from collections.abc import Callable

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from wafaa.access.sessions.queries import list_sessions
from wafaa.access.staff.actions import (
    change_staff,
    create_staff,
    set_password,
    sign_out_everywhere,
    turn_off_second_factor,
)
from wafaa.access.staff.decorators import requires
from wafaa.access.staff.errors import EmailTaken, LastOwner, WeakPassword
from wafaa.access.staff.http import StaffRequest
from wafaa.access.staff.models import Staff
from wafaa.access.staff.queries import get_staff, has_second_factor, list_staff
from wafaa.access.staff.rules import Capability, Role
from wafaa.kit.errors import WafaaError
from wafaa.know.orders.actions import set_stores
from wafaa.know.orders.queries import list_stores
from wafaa.show.console.forms import NewStaffForm, PasswordForm, StaffForm

FIELD_TO_BLAME: dict[type[WafaaError], str] = {
    EmailTaken: "email",
    WeakPassword: "password",
    LastOwner: "role",
}


@requires(Capability.MANAGE_STAFF)
@require_GET
def staff_list(request: StaffRequest) -> HttpResponse:
    people = list_staff().prefetch_related("stores")
    return render(request, "console/staff.html", {"people": people})


@requires(Capability.MANAGE_STAFF)
@require_http_methods(["GET", "POST"])
def add_staff(request: StaffRequest) -> HttpResponse:
    form = NewStaffForm(request.POST or None, stores=_store_choices())
    if request.method == "POST" and form.is_valid() and _try(form, lambda: _create(form, request.staff)):
        messages.success(request, _("%(email)s may sign in now.") % {"email": form.cleaned_data["email"]})
        return redirect("staff")
    return render(request, "console/staff_add.html", {"form": form}, status=422 if form.errors else 200)


@requires(Capability.MANAGE_STAFF)
@require_http_methods(["GET", "POST"])
def edit_staff(request: StaffRequest, staff_id: int) -> HttpResponse:
    person = get_staff(staff_id)
    form = StaffForm(request.POST or None, initial=_present(person), stores=_store_choices())
    if (
        request.method == "POST"
        and form.is_valid()
        and _try(form, lambda: _change(form, person, request.staff))
    ):
        messages.success(request, _("The changes are saved."))
        return redirect("staff")
    return _show_person(request, person, form=form)


@requires(Capability.MANAGE_STAFF)
@require_http_methods(["GET", "POST"])
def reset_password(request: StaffRequest, staff_id: int) -> HttpResponse:
    """For others; one's own goes by the account page, which asks for the present one.

    A refused password stays at this address, which is therefore opened again now and then.
    """
    person = get_staff(staff_id)
    if person == request.staff:
        return redirect("account-password")
    if request.method == "GET":
        return redirect("staff-edit", staff_id)
    form = PasswordForm(request.POST)
    if form.is_valid() and _try(
        form, lambda: set_password(staff=person, password=form.cleaned_data["password"], by=request.staff)
    ):
        messages.success(request, _("The new password is set."))
        return redirect("staff")
    return _show_person(request, person, password_form=form)


@requires(Capability.MANAGE_STAFF)
@require_POST
def end_sessions(request: StaffRequest, staff_id: int) -> HttpResponse:
    """On every device; the person may sign in again."""
    person = get_staff(staff_id)
    sign_out_everywhere(staff=person, by=request.staff)
    messages.success(request, _("%(person)s is signed out everywhere.") % {"person": person})
    return redirect("staff-edit", staff_id)


@requires(Capability.MANAGE_STAFF)
@require_POST
def remove_second_factor(request: StaffRequest, staff_id: int) -> HttpResponse:
    """For a lost phone without recovery codes; one's own goes by the account page, which asks for the password."""
    person = get_staff(staff_id)
    if person == request.staff:
        return redirect("account")
    turn_off_second_factor(staff=person, by=request.staff)
    messages.success(request, _("The second factor is gone: the password alone opens the account."))
    return redirect("staff-edit", staff_id)


def _show_person(
    request: StaffRequest,
    person: Staff,
    *,
    form: StaffForm | None = None,
    password_form: PasswordForm | None = None,
) -> HttpResponse:
    """The page of one member of staff: both forms, one of them perhaps with errors."""
    form = form or StaffForm(initial=_present(person), stores=_store_choices())
    password_form = password_form or PasswordForm()
    has_errors = bool(form.errors or password_form.errors)
    context = {
        "person": person,
        "form": form,
        "password_form": password_form,
        "open_sessions": list_sessions(person.pk).count(),
        "has_second_factor": has_second_factor(person),
    }
    return render(request, "console/staff_edit.html", context, status=422 if has_errors else 200)


def _present(person: Staff) -> dict[str, object]:
    return {
        "name": person.name,
        "role": person.role,
        "is_active": person.is_active,
        "stores": [store.id for store in person.stores.all()],
    }


def _try(form: forms.Form, change: Callable[[], None]) -> bool:
    """Makes the change; what it refuses becomes an error of the field that is to blame."""
    try:
        change()
    except (EmailTaken, WeakPassword, LastOwner) as error:
        form.add_error(FIELD_TO_BLAME[type(error)], str(error))
        return False
    return True


def _store_choices() -> list[tuple[int, str]]:
    return [(store.id, format_html("<bdi>{}</bdi>", store)) for store in list_stores()]


@transaction.atomic
def _create(form: NewStaffForm, by: Staff) -> None:
    given = form.cleaned_data
    staff = create_staff(
        email=given["email"], role=Role(given["role"]), password=given["password"], name=given["name"], by=by
    )
    set_stores(staff=staff, store_ids=given.get("stores", []), by=by)


@transaction.atomic
def _change(form: StaffForm, person: Staff, by: Staff) -> None:
    given = form.cleaned_data
    change_staff(
        staff=person, name=given["name"], role=Role(given["role"]), is_active=given["is_active"], by=by
    )
    if "stores" in given:
        set_stores(staff=person, store_ids=given["stores"], by=by)
