"""What the framework's OpenAPI document leaves out: failures, idempotency, what the groups are called."""

from typing import Any

from django.utils.translation import gettext_noop

UNSAFE = {"post", "put", "patch", "delete"}
TAGS = {
    "customers": gettext_noop("Customers"),
    "orders": gettext_noop("Orders"),
    "measures": gettext_noop("Measures"),
    "surveys": gettext_noop("Surveys"),
    "scores": gettext_noop("Scores"),
    "imports": gettext_noop("Imports"),
    "segments": gettext_noop("Segments"),
    "readability": gettext_noop("Readability"),
    "wallets": gettext_noop("Wallets"),
    "loyalty": gettext_noop("Loyalty"),
    "rewards": gettext_noop("Rewards"),
    "reviews": gettext_noop("Reviews"),
    "comments": gettext_noop("Comments"),
    "vouchers": gettext_noop("Vouchers"),
}

_TAKEN_IN = gettext_noop("Taken in; it is not done yet.")
_PROBLEM = {
    "title": "Problem",
    "type": "object",
    "description": gettext_noop("What went wrong, as RFC 9457 has it."),
    "required": ["type", "title", "status", "code", "detail"],
    "properties": {
        "type": {
            "type": "string",
            "format": "uri-reference",
            "description": gettext_noop("Leads to its explanation on this page."),
        },
        "title": {"type": "string", "description": gettext_noop("The name of the HTTP status.")},
        "status": {"type": "integer", "description": gettext_noop("The HTTP status.")},
        "code": {"type": "string", "description": gettext_noop("For programs; it never changes.")},
        "detail": {
            "type": "string",
            "description": gettext_noop("For people, in the language of Accept-Language (en or ar)."),
        },
        "errors": {
            "type": "array",
            "items": {"$ref": "#/components/schemas/WrongValue"},
            "description": gettext_noop("Only of validation_failed: each wrong value."),
        },
    },
}
_WRONG_VALUE = {
    "title": "WrongValue",
    "type": "object",
    "description": gettext_noop("Which value is wrong, and why."),
    "required": ["detail"],
    "properties": {
        "detail": {"type": "string", "description": gettext_noop("What is wrong with it, for people.")},
        "pointer": {
            "type": "string",
            "description": gettext_noop("Where it stands in the body, such as #/email."),
        },
        "parameter": {"type": "string", "description": gettext_noop("Which parameter of the address it is.")},
    },
}
_PATH_ID = gettext_noop("The `id` that a list gave.")
_FAILURE = {
    "description": gettext_noop("A problem."),
    "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
}
_IDEMPOTENCY_KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "schema": {"type": "string", "minLength": 1, "maxLength": 255},
    "description": gettext_noop(
        "Any text of yours, once per deed. The same request with the same key within 24 hours is done once only."
    ),
}


def complete_document(document: dict[str, Any]) -> dict[str, Any]:
    """The framework's document with what every operation shares."""
    components = document["components"]
    # questions are told parameter by parameter
    kept = {name: told for name, told in components["schemas"].items() if not name.endswith("Question")}
    components["schemas"] = dict(sorted(kept.items()))
    components["schemas"] |= {"Problem": _PROBLEM, "WrongValue": _WRONG_VALUE}
    components["responses"] = {"Failure": _FAILURE}
    components["parameters"] = {"IdempotencyKey": _IDEMPOTENCY_KEY}
    document["tags"] = [{"name": name, "description": label} for name, label in TAGS.items()]
    document["servers"] = [{"url": "/"}]
    for operations in document["paths"].values():
        for method, operation in operations.items():
            _complete_operation(method, operation)
    return document


def _complete_operation(method: str, operation: dict[str, Any]) -> None:
    for parameter in operation["parameters"]:
        if parameter["in"] == "path":
            parameter["description"] = _PATH_ID
    operation["responses"] = {str(status): answer for status, answer in operation["responses"].items()}
    if taken_in := operation["responses"].get("202"):
        taken_in["description"] = _TAKEN_IN
    operation["responses"] |= {
        "4XX": {"$ref": "#/components/responses/Failure"},
        "5XX": {"$ref": "#/components/responses/Failure"},
    }
    if method in UNSAFE:
        operation["parameters"] = [
            *operation["parameters"],
            {"$ref": "#/components/parameters/IdempotencyKey"},
        ]
