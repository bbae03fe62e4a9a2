"""The reference page's contents, read from the OpenAPI document and said in the reader's language."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, cast

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from wafaa.access.keys.models import SCOPE_LABELS
from wafaa.access.keys.rules import Scope
from wafaa.show.api.document import TAGS
from wafaa.show.api.problems import KNOWN

Schema = Mapping[str, Any]

_SCOPES = {"ReadKey": Scope.READ, "WriteKey": Scope.WRITE}
_KINDS = {
    "string": gettext_lazy("text"),
    "integer": gettext_lazy("whole number"),
    "number": gettext_lazy("number"),
    "boolean": gettext_lazy("true or false"),
    "object": gettext_lazy("object"),
    "array": gettext_lazy("list"),
    "null": gettext_lazy("null"),
}
_FORMATS = {
    "uuid": gettext_lazy("UUID"),
    "date": gettext_lazy("date"),
    "date-time": gettext_lazy("time"),
}
# What stands for an id in the examples.
_SAMPLE_ID = "0197f3a2-6c1e-7b6d-9a53-2f1f0c8e4d10"
_SAMPLE_BODY = {"name": "نورة القحطاني", "email": "noura@example.com"}


@dataclass(frozen=True, kw_only=True)
class Kind:
    """What a value is: in words, with the object that it leads to ("" for none)."""

    words: str
    leads_to: str
    is_list: bool
    may_be_null: bool


@dataclass(frozen=True, kw_only=True)
class Field:
    name: str
    kind: Kind
    is_required: bool
    description: str
    choices: tuple[str, ...]
    default: str


@dataclass(frozen=True, kw_only=True)
class Operation:
    id: str
    method: str
    path: str
    summary: str
    description: str
    scope: str
    parameters: list[Field]
    body: list[Field]
    answer: Kind
    example: str


@dataclass(frozen=True, kw_only=True)
class Group:
    id: str
    label: str
    operations: list[Operation]


@dataclass(frozen=True, kw_only=True)
class Shape:
    """An object of the answers."""

    name: str
    description: str
    fields: list[Field]


@dataclass(frozen=True, kw_only=True)
class Problem:
    code: str
    status: int
    message: str


def list_groups(document: Schema, origin: str) -> list[Group]:
    """All operations by group; `origin` is this installation's address, for the examples."""
    by_tag: dict[str, list[Operation]] = {tag: [] for tag in TAGS}
    for path, operations in document["paths"].items():
        for method, told in operations.items():
            by_tag[told["tags"][0]].append(_read_operation(document, origin, path, method, told))
    return [Group(id=tag, label=_(TAGS[tag]), operations=found) for tag, found in by_tag.items()]


def list_shapes(document: Schema) -> list[Shape]:
    """The objects that answers are made of. Pages are said where they are answered, bodies where they are sent."""
    return [
        Shape(name=name, description=_say(schema), fields=list(_read_fields(schema)))
        for name, schema in document["components"]["schemas"].items()
        if schema.get("type") == "object" and not name.startswith("Page_") and not name.endswith("Change")
    ]


def list_problems() -> list[Problem]:
    """Each sentence with its placeholders as they stand: the facts differ each time."""
    return [
        Problem(code=kind.code, status=kind.status, message=str(kind.message))
        for kind in sorted(KNOWN, key=lambda kind: kind.status)
    ]


def _read_operation(document: Schema, origin: str, path: str, method: str, told: Schema) -> Operation:
    body = _find_body(document, told)
    scopes = [_SCOPES[name] for entry in told.get("security", []) for name in entry]
    return Operation(
        id=told["operationId"],
        method=method.upper(),
        path=path,
        summary=_(told["summary"]),
        description=_say(told),
        scope=str(SCOPE_LABELS[scopes[0]]) if scopes else "",
        parameters=[_read_parameter(_resolve(document, one)) for one in told["parameters"]],
        body=list(_read_fields(body)) if body else [],
        answer=_read_kind(_find_answer(told)["content"]["application/json"]["schema"]),
        example=_write_example(origin, path, method),
    )


def _find_answer(told: Schema) -> Schema:
    """Of a request that went well."""
    found: Schema = next(answer for status, answer in told["responses"].items() if status.startswith("2"))
    return found


def _find_body(document: Schema, told: Schema) -> Schema | None:
    content = told.get("requestBody", {}).get("content", {}).get("application/json")
    return _resolve(document, content["schema"]) if content else None


def _resolve(document: Schema, told: Schema) -> Schema:
    if "$ref" not in told:
        return told
    found: Any = document
    for part in told["$ref"].removeprefix("#/").split("/"):
        found = found[part]
    return cast("Schema", found)


def _read_parameter(told: Schema) -> Field:
    schema = told["schema"]
    return _make_field(told["name"], {**schema, "description": told.get("description", "")}, told["required"])


def _read_fields(schema: Schema) -> Iterator[Field]:
    required = set(schema.get("required", []))
    for name, told in schema.get("properties", {}).items():
        yield _make_field(name, told, name in required)


def _make_field(name: str, told: Schema, is_required: bool) -> Field:
    default = told.get("default")
    return Field(
        name=name,
        kind=_read_kind(told),
        is_required=is_required,
        description=_say(told),
        choices=tuple(map(str, _find_choices(told))),
        default="" if default is None or default in ("", []) else str(default),
    )


def _find_choices(told: Schema) -> list[Any]:
    if "enum" in told:
        return list(told["enum"])
    return [choice for one in told.get("anyOf", []) for choice in _find_choices(one)]


def _read_kind(told: Schema) -> Kind:
    kinds = told.get("anyOf", [told])
    may_be_null = any(one.get("type") == "null" for one in kinds)
    kinds = [one for one in kinds if one.get("type") != "null"]
    is_list = all(one.get("type") == "array" for one in kinds)
    if is_list:
        kinds = [one.get("items", {}) for one in kinds]
    names = [one["$ref"].rsplit("/", 1)[1] for one in kinds if "$ref" in one]
    if names and names[0].startswith("Page_"):
        return Kind(
            words="", leads_to=names[0].strip("_").removeprefix("Page_"), is_list=True, may_be_null=False
        )
    words = dict.fromkeys(_name_kind(one) for one in kinds if "$ref" not in one)
    return Kind(
        words=_(" or ").join(words),
        leads_to=names[0] if names else "",
        is_list=is_list,
        may_be_null=may_be_null,
    )


def _name_kind(told: Schema) -> str:
    words = _FORMATS.get(told.get("format", "")) or _KINDS.get(told.get("type", ""))
    return str(words or "")


def _say(told: Schema) -> str:
    text = told.get("description", "")
    return _(text) if text else ""


def _write_example(origin: str, path: str, method: str) -> str:
    address = origin + path.replace("{customer_id}", _SAMPLE_ID).replace("{order_id}", _SAMPLE_ID)
    lines = [f'curl "{address}"', '-H "Authorization: Bearer $WAFAA_KEY"']
    if method != "get":
        lines[0] = f'curl -X {method.upper()} "{address}"'
        lines += ['-H "Content-Type: application/json"', '-H "Idempotency-Key: order-4711-step-1"']
        lines.append(f"-d '{json.dumps(_SAMPLE_BODY, ensure_ascii=False)}'")
    return " \\\n  ".join(lines)
