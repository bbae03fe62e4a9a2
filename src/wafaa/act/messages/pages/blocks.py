"""Blocks: pieces that stand in several templates under one name."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from wafaa.access.staff.http import StaffRequest
from wafaa.act.messages.actions.blocks import remove_block, save_block
from wafaa.act.messages.errors import BlockUsed, TemplateWrong
from wafaa.act.messages.forms import BlockForm
from wafaa.act.messages.pages.console import build_trail, keep_draft, sends, shows_frames
from wafaa.act.messages.pages.editing import LANGUAGE_LABELS, list_chips
from wafaa.act.messages.rendering.frame import FOOTER, HEADER, default_footer, default_header
from wafaa.act.messages.rendering.rules import LANGUAGES, Rendered, is_rtl
from wafaa.act.messages.template_queries import find_users, get_block, list_blocks, preview
from wafaa.act.messages.writing import read_setting

EVERYWHERE = (HEADER, FOOTER)


@sends
@require_GET
def blocks(request: StaffRequest) -> HttpResponse:
    own = list(list_blocks())
    rows = [
        {
            "block": one,
            "users": [] if one.name in EVERYWHERE else list(find_users(one.name)),
            "is_everywhere": one.name in EVERYWHERE,
        }
        for one in own
    ]
    unmade = [name for name in EVERYWHERE if name not in {one.name for one in own}]
    return render(request, "messages/blocks.html", {"rows": rows, "unmade": unmade})


@sends
@require_http_methods(["GET", "POST"])
@shows_frames
def add(request: StaffRequest) -> HttpResponse:
    """A new one; `header` and `footer` begin with the ready ones."""
    name = request.GET.get("name", "")
    initial = {"name": name}
    if name == HEADER:
        initial |= {language: default_header().strip() for language in LANGUAGES}
    elif name == FOOTER:
        initial |= {language: default_footer(language).strip() for language in LANGUAGES}
    return _edit(request, BlockForm(request.POST or None, initial=initial), "")


@sends
@require_http_methods(["GET", "POST"])
@shows_frames
def block(request: StaffRequest, name: str) -> HttpResponse:
    found = get_block(name)
    form = BlockForm(request.POST or None, initial={"name": name, **found.content})
    return _edit(request, form, name)


def _edit(request: StaffRequest, form: BlockForm, name: str) -> HttpResponse:
    content = {language: str(form.initial.get(language, "")) for language in LANGUAGES}
    if request.method == "POST" and form.is_valid():
        content = form.content
        if request.POST.get("do") == "save" and _save(request, form, name):
            return redirect("message-blocks")
    context = {
        "form": form,
        "name": name,
        "previews": _preview(request, form, content),
        "users": list(find_users(name)) if name and name not in EVERYWHERE else [],
        "is_everywhere": name in EVERYWHERE,
        "groups": list(list_chips()),
        "trail": build_trail((_("Blocks"), reverse("message-blocks"))),
    }
    return render(request, "messages/block.html", context, status=422 if form.errors else 200)


def _save(request: StaffRequest, form: BlockForm, name: str) -> bool:
    wanted = name or form.cleaned_data["name"]
    try:
        made = save_block(name=wanted, content=form.content, by=request.staff)
    except TemplateWrong as error:
        for problem in error.facts.get("problems", ()):
            form.add_error(problem.language if problem.language in form.fields else None, str(problem))
        return False
    except ValidationError as error:
        form.add_error("name", error.messages[0])
        return False
    messages.success(
        request, _("%(name)s is saved, and stands so in every template that has it.") % {"name": made.name}
    )
    return True


def _preview(request: StaffRequest, form: BlockForm, content: dict[str, str]) -> list[dict[str, str]]:
    """Alone in a mail, with example values."""
    shown = []
    for language in LANGUAGES:
        if not content.get(language, "").strip() or form.errors:
            continue
        made = preview(
            content={language: {"email": {"subject": "-", "body": content[language]}}},
            purpose="service",
            language=language,
            channel="email",
            setting=read_setting(),
        )
        if isinstance(made.shown, Rendered):
            shown.append(
                {
                    "language": language,
                    "label": str(LANGUAGE_LABELS[language]),
                    "direction": "rtl" if is_rtl(language) else "ltr",
                    "frame": keep_draft(request, "block", language, made.shown.html),
                }
            )
    return shown


@sends
@require_POST
def remove(request: StaffRequest, name: str) -> HttpResponse:
    try:
        remove_block(name=name, by=request.staff)
    except BlockUsed as error:
        messages.error(request, str(error))
        return redirect("message-block", name)
    messages.success(request, _("The block is removed."))
    return redirect("message-blocks")
