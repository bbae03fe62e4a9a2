"""Codes are made by a pattern, brought in lists with every refused line told, and taken out again."""

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from wafaa.act.vouchers.actions import import_codes, redeem, request_codes, run_batch, undo_batch
from wafaa.act.vouchers.actions.making import CODES_AT_ONCE
from wafaa.act.vouchers.errors import CountWrong, KeyReused, ListEmpty, PatternTooShort, PatternWrong
from wafaa.act.vouchers.models import Batch, Code
from wafaa.act.vouchers.queries import count_figures
from wafaa.act.vouchers.rules import make_check
from wafaa.act.vouchers.tests.build import make_cart, make_vouchers

pytestmark = pytest.mark.django_db


def test_a_few_are_made_at_once_and_the_same_key_makes_them_once():
    pool = make_vouchers(pattern="SUMMER-####-####", code_uses_max=3)

    batch = request_codes(key="k", pool=pool, count=50, by=None)

    assert (batch.state, batch.made, Code.objects.count()) == ("done", 50, 50)
    assert request_codes(key="k", pool=pool, count=50, by=None) == batch
    with pytest.raises(KeyReused):
        request_codes(key="k", pool=pool, count=51, by=None)
    code = Code.objects.select_related("batch", "pool").first()
    assert (code.shown[:7], len(code.shown), make_check(code.text), code.uses_max) == ("SUMMER-", 16, 0, 3)


def test_many_are_made_by_a_job_in_chunks_and_go_on_where_they_were():
    pool = make_vouchers(pattern="####-####-##")
    count = CODES_AT_ONCE + 1_000
    batch = request_codes(key="k", pool=pool, count=count, by=None)
    assert (batch.state, batch.made) == ("waiting", 0)
    jobs = ProcrastinateJob.objects.filter(task_name__endswith="make_codes", args__batch_id=batch.pk)
    assert jobs.count() == 1

    assert run_batch(batch_id=batch.pk) == count

    batch.refresh_from_db()
    assert (batch.state, batch.made, Code.objects.count()) == ("done", count, count)
    assert run_batch(batch_id=batch.pk) == 0
    assert count_figures([pool.pk])[pool.pk].made == count


def test_too_easy_to_guess_is_refused():
    pool = make_vouchers(pattern="A-######")

    with pytest.raises(PatternTooShort):
        request_codes(key="k", pool=pool, count=2_477, by=None)  # of 2,476,099
    request_codes(key="k", pool=pool, count=10, by=None)
    with pytest.raises(PatternWrong):
        request_codes(key="k2", pool=pool, count=1, pattern="ABC", by=None)
    with pytest.raises(CountWrong):
        request_codes(key="k2", pool=pool, count=1_000_001, by=None)


def test_every_refused_line_of_a_list_is_told():
    other = make_vouchers("OTHER1")
    pool = make_vouchers()
    lines = ["Save-1", "save 1", "", "خصم١٠, note", '"A;B"', "other1", "no.dots", "x" * 65, "SAVE2;ten"]

    batch = import_codes(key="list", pool=pool, lines=lines, by=None)

    assert set(Code.objects.filter(pool=pool).values_list("text", flat=True)) == {
        "SAVE1",
        "خصم10",
        "A",
        "SAVE2",
    }
    assert (batch.made, batch.refused_count, batch.state) == (4, 4, "done")
    assert [(line, why) for line, _text, why in batch.refused] == [
        (2, "twice"),
        (6, "taken"),
        (7, "unreadable"),
        (8, "too_long"),
    ]
    assert import_codes(key="list", pool=pool, lines=lines, by=None) == batch
    with pytest.raises(ListEmpty):
        import_codes(key="none", pool=other, lines=["", " "], by=None)


def test_a_batch_is_taken_out_but_for_what_was_used():
    pool = make_vouchers("SAVE1", "SAVE2", "SAVE3")
    redeem(key="a", code="SAVE2", cart=make_cart())

    assert undo_batch(batch=Batch.objects.get(), by=None) == (2, 1)

    assert list(Code.objects.values_list("text", flat=True)) == ["SAVE2"]
    assert undo_batch(batch=Batch.objects.get(), by=None) == (0, 1)
    assert import_codes(key="again", pool=pool, lines=["SAVE1"], by=None).made == 1
