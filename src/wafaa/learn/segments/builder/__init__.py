"""The conditions of a segment as a form: rows in groups, read into a tree and written from one."""

from wafaa.learn.segments.builder.drafts import (
    ROWS_MAX,
    Draft,
    DraftWrong,
    make_tree,
    read_draft,
    write_draft,
)
from wafaa.learn.segments.builder.rows import Row
from wafaa.learn.segments.builder.shapes import Input, list_inputs, list_kinds

__all__ = [
    "ROWS_MAX",
    "Draft",
    "DraftWrong",
    "Input",
    "Row",
    "list_inputs",
    "list_kinds",
    "make_tree",
    "read_draft",
    "write_draft",
]
