"""The reference page: every operation, both languages, open to everybody."""

import pytest
from django.test import Client

from wafaa.kit.errors import WafaaError
from wafaa.show.api.problems import KNOWN


@pytest.mark.parametrize(("language", "words"), [("en", "First steps"), ("ar", "الخطوات الأولى")])
def test_the_page_explains_every_operation_and_problem(language, words, db):
    from wafaa.show.api.api import get_document

    page = Client().get("/v1/docs", headers={"Accept-Language": language}).content.decode()

    assert words in page
    for path, operations in get_document()["paths"].items():
        assert path in page
        for operation in operations.values():
            assert f'id="{operation["operationId"]}"' in page
    for kind in KNOWN:
        assert f'id="{kind.code}"' in page
    assert "ingest" in page


def test_every_word_of_the_document_has_an_arabic_one(db):
    from django.utils.translation import gettext, override

    from wafaa.show.api.api import get_document

    texts = set(find_texts(get_document()))
    with override("ar"):
        assert {text for text in texts if gettext(text) == text} == set()


def find_texts(node):
    if isinstance(node, dict):
        for name, value in node.items():
            # names of statuses have no words of ours; parameters and properties may be called description
            is_status = value in ("OK", "Created")
            if name in {"summary", "description"} and isinstance(value, str) and not is_status:
                yield value
            yield from find_texts(value)
    elif isinstance(node, list):
        for value in node:
            yield from find_texts(value)


def test_no_two_problems_share_a_code():
    codes = [kind.code for kind in KNOWN]
    assert len(codes) == len(set(codes))
    assert all(issubclass(kind, WafaaError) and kind.status >= 400 for kind in KNOWN)
