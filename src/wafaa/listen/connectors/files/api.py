"""Imports of files for programs: what came in, and how far it is."""

import uuid
from datetime import datetime
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from django.utils.translation import gettext_noop
from ninja import Field, Query, Router, Schema

from wafaa.access.keys.api import ReadKey
from wafaa.kit.api import PAGE_ITEMS, Closed, Cursor, Limit, Money, Page, cut_page, say_money
from wafaa.kit.pagination import Stretch
from wafaa.listen.connectors.files.models import Import
from wafaa.listen.connectors.files.queries import find_error, get_counts, list_imports
from wafaa.listen.connectors.files.rules import Kind

router = Router(auth=ReadKey(), tags=["imports"])

State = Literal[
    "uploaded", "reading", "waiting", "staging", "ready", "queued", "publishing", "applying", "done", "failed", "cancelled"
]  # fmt: skip


class ImportCounts(Schema):
    kind: Kind = Field(description=gettext_noop("What the file is a list of."))
    rows: int = Field(description=gettext_noop("Rows of the file."))
    problems: int = Field(description=gettext_noop("Rows that could not be taken."))
    counted_orders: int = Field(description=gettext_noop("Orders that figures count."))
    counted_lines: int = Field(description=gettext_noop("Lines that figures count."))
    counted_customers: int = Field(description=gettext_noop("Customers of the counted orders."))
    gross: Money = Field(description=gettext_noop("What the counted lines add up to."))


class ImportItem(Schema):
    id: uuid.UUID = Field(description=gettext_noop("Ours; it never changes."))
    file_name: str = Field(description=gettext_noop("As it was uploaded."))
    size_bytes: int = Field(description=gettext_noop("The file's size."))
    sha256: str = Field(description=gettext_noop("Digest of the file."))
    state: State = Field(description=gettext_noop("How far it is; done, failed and cancelled are final."))
    error: str | None = Field(description=gettext_noop("Why it failed, in words."))
    counts: ImportCounts | None = Field(description=gettext_noop("Null until the rows were checked."))
    new_or_changed: int = Field(description=gettext_noop("Records that were new or differed from ours."))
    created_at: datetime = Field(description=gettext_noop("When the file came."))
    published_at: datetime | None = Field(description=gettext_noop("From when on nothing takes it back."))
    done_at: datetime | None = Field(description=gettext_noop("When the figures included it."))


class ListQuestion(Closed):
    state: State | None = Field(None, description=gettext_noop("Only imports in this state."))
    cursor: Cursor = ""
    limit: Limit = PAGE_ITEMS


@router.get(
    "/imports",
    response=Page[ImportItem],
    summary=gettext_noop("List imports"),
    description=gettext_noop("Files that were uploaded, newest first."),
    operation_id="list_imports",
)
def imports(request: HttpRequest, asked: Annotated[ListQuestion, Query()]) -> Any:
    stretch = Stretch(rows=list_imports(state=asked.state or ""), key="created_at", is_descending=True)
    question = {"list": "imports", "state": asked.state}
    return cut_page([stretch], cursor=asked.cursor, limit=asked.limit, question=question, say=_say_import)


def _say_import(one: Import) -> dict[str, Any]:
    counts, error = get_counts(one), find_error(one)
    return {
        "id": one.uuid,
        "file_name": one.file_name,
        "size_bytes": one.size_bytes,
        "sha256": one.sha256,
        "state": one.state,
        "error": str(error) if error else None,
        "counts": None
        if counts is None
        else {
            "kind": counts.kind,
            "rows": counts.lines,
            "problems": counts.problems,
            "counted_orders": counts.counted_orders,
            "counted_lines": counts.counted_lines,
            "counted_customers": counts.counted_customers,
            "gross": say_money(counts.gross_minor, counts.currency),
        },
        "new_or_changed": one.events_published,
        "created_at": one.created_at,
        "published_at": one.published_at,
        "done_at": one.done_at,
    }
