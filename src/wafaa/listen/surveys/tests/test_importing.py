"""Answers of another tool: columns are guessed, rows read or refused, and nothing comes in twice."""

import io
import json
import uuid
from datetime import UTC, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from wafaa.listen.surveys.actions import request_import, run_import
from wafaa.listen.surveys.actions.importing import _take_chunk, name_rows
from wafaa.listen.surveys.errors import TableRefused
from wafaa.listen.surveys.exchange.matching import (
    RowReader,
    RowWrong,
    guess_columns,
    is_day_first,
    list_targets,
    read_moment,
    read_row,
)
from wafaa.listen.surveys.exchange.tables import Table, find_table, read_table
from wafaa.listen.surveys.models import Answer, AnswerImport, Response
from wafaa.listen.surveys.rules.content import read_content
from wafaa.listen.surveys.tests.samples import AFTER_DELIVERY, EVERY_TYPE
from wafaa.stream.models import Event

RIYADH = ZoneInfo("Asia/Riyadh")
CONTENT = read_content(AFTER_DELIVERY)
HEAD = "Submitted;NPS;ما مدى رضاك عن التوصيل؟;What went wrong?;Tell us;E-Mail;Will you buy again?;IP"
ROWS = [
    "١٤/٠٤/٢٠٢٦ ٠٩:٣٠;٩;5;;=HYPERLINK(1);sara@example.com;نعم;1.1.1.1",
    "13/04/2026 10:00;3/10;2;It was late;;nobody@example.com;no;1.1.1.1",
    "02/04/2026 10:00;11;2;;;;;",
    "nothing;5;2;;;;;",
    "03/04/2026;;;;;;;9.9.9.9",
]
CSV = "\n".join([HEAD, *ROWS])


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-04-03", datetime(2026, 4, 2, 21, tzinfo=UTC)),
        ("2026-04-03T10:00:00Z", datetime(2026, 4, 3, 10, tzinfo=UTC)),
        ("٣/٤/٢٠٢٦ ٠١:٠٥ م", datetime(2026, 4, 3, 10, 5, tzinfo=UTC)),
        ("2026/04/03 12:00", datetime(2026, 4, 3, 9, tzinfo=UTC)),
        ("31/31/2026", None),
        ("yesterday", None),
    ],
)
def test_times_are_read_as_people_write_them(text, moment):
    assert read_moment(text, RIYADH) == moment


def test_american_days_give_themselves_away():
    assert is_day_first(["03/04/2026", "13/04/2026"]) is True
    assert is_day_first(["03/04/2026", "04/13/2026"]) is False


def test_columns_are_guessed_by_heading_and_by_what_stands_in_them():
    rows = [row.split(";") for row in ROWS[:2]]
    content = read_content(AFTER_DELIVERY)

    assert guess_columns(HEAD.split(";"), rows, content) == [
        "at", "q:nps", "q:csat", "q:why", "", "customer", "q:again", "",
    ]  # fmt: skip
    assert guess_columns(["a", "b"], [["2026-01-01", "x@y.zz"]], content) == ["at", "customer"]


def test_every_type_of_question_takes_a_cell_or_says_why_not():
    content = read_content(EVERY_TYPE)
    cells = {
        "rating": ("٤", Decimal(4)), "single": ("Option b", ("b",)), "multiple": ("خيار a; Option b", ("a", "b")),
        "yes": ("نعم", ("yes",)), "number": ("١٢", Decimal(12)), "date": ("1/2/2026", "2026-02-01"),
        "matrix.staff": ("Good", ("good",)), "ranking": ("b, a", ("b", "a")), "consent": ("yes", Decimal(1)),
        "single2": None,
    }  # fmt: skip
    told = {key: one for key, one in cells.items() if one}
    now = datetime(2026, 5, 4, tzinfo=UTC)

    def read(key, cell):
        return read_row(
            ["t", key], ["2026-01-01", cell], ["at", f"q:{key}"], content, zone=RIYADH, now=now
        ).answers[key]

    for key, (cell, wanted) in told.items():
        value = read(key, cell)
        assert wanted in (value.choices, value.number, value.text), key
    assert read("single", "Something else").text == "Something else"
    for key, cell, code in [
        ("multiple", "Option z", "unknown_choice"), ("rating", "many", "no_number"), ("rating", "9", "scale"),
        ("yes", "perhaps", "unknown_choice"), ("long", "x" * 10_001, "too_long"),
    ]:  # fmt: skip
        with pytest.raises(RowWrong) as refused:
            read(key, cell)
        assert (refused.value.code, refused.value.column) == (code, key)


@pytest.mark.parametrize("data", [b"", b"only a head", b"PK\x03\x04 no workbook", b"\0\0\0\0" * 99 + b"\n1"])
def test_what_is_no_table_is_refused(data):
    with pytest.raises(TableRefused):
        read_table(SimpleUploadedFile("a.csv", data))


def test_a_workbook_is_read_as_what_its_cells_show(tmp_path):
    from wafaa.kit.tables import write_workbook

    file = io.BytesIO()
    write_workbook(
        file,
        ["when", "nps"],
        [[datetime(2026, 4, 3, 7, tzinfo=UTC), 9]],
        folder=tmp_path,
        is_rtl=False,
        zone=RIYADH,
    )
    table = read_table(SimpleUploadedFile("a.xlsx", file.getvalue()))

    assert table.headers == ["when", "nps"]
    assert table.rows[0][1][1] == "9"
    assert read_moment(table.rows[0][1][0], RIYADH) == datetime(2026, 4, 3, 7, tzinfo=UTC)


@pytest.fixture
def bring(client_as, owner, survey, settings, tmp_path, django_capture_on_commit_callbacks):
    """Sends a file, matches its columns, has the worker take it, and gives the page of the import."""
    settings.FILES_ROOT = tmp_path
    client = client_as(owner, HTTP_ACCEPT_LANGUAGE="en")
    page = reverse("survey-import", args=[survey.uuid])

    def send(text, chosen, *, works=True):
        matched = client.post(page, {"file": SimpleUploadedFile("old.csv", text.encode())}).url
        assert "So the first rows are read" in client.get(matched).content.decode()
        told = {f"c.{place}": target for place, target in enumerate(chosen)}
        assert client.post(matched, {**told, "c.0": ""}).status_code == 422
        asked = client.post(matched, {**told, "deed": "import"}).url
        if works:
            with django_capture_on_commit_callbacks(execute=True):
                run_import(import_uuid=uuid.UUID(asked.split("/")[-2]))
        return asked

    send.client = client
    return send


CHOSEN = ["at", "q:nps", "q:csat", "q:why", "q:more", "customer", "q:again", ""]


@pytest.mark.django_db
def test_a_file_comes_in_once_with_its_own_times_and_customers(bring, survey, customer, tmp_path):
    customer.email = "sara@example.com"
    customer.save()
    client = bring.client

    def read(address):
        return client.get(address).content.decode().replace('<bdi dir="ltr">', "").replace("</bdi>", "")

    asked = bring(CSV, CHOSEN)
    first = read(asked)
    assert "2 answers are new" in first
    assert "3 rows cannot be taken" in first
    refused = b"".join(client.get(f"{asked}refused/").streaming_content).decode("utf-8-sig")
    assert refused.splitlines()[1:] == [
        "4,NPS,Please choose a number from \u20680\u2069 to \u206810\u2069.",
        "5,Submitted,There is no date that can be read.",
        "6,,No question is answered here.",
    ]
    longer = "\n".join([CSV, ROWS[0], "01/02/2026;7;;;;;;"])  # the same said twice is two answers
    again = read(bring(longer, CHOSEN))
    assert "2 answers are new" in again
    assert "2 answers were here already" in again
    made = Response.objects.filter(last_at__month=4).order_by("last_at", "id")
    assert [(one.channel, one.state, one.customer_id) for one in made] == [
        ("import", "complete", None), ("import", "complete", customer.pk), ("import", "complete", customer.pk),
    ]  # fmt: skip
    assert made[1].completed_at == datetime(2026, 4, 14, 6, 30, tzinfo=UTC)
    assert Answer.objects.get(response=made[1], question_key="more").text == "=HYPERLINK(1)"
    assert list(Answer.objects.get(response=made[0], question_key="why").choices) == ["late"]
    heard = Event.objects.filter(name="Survey Answered", occurred_at__month=4).order_by("occurred_at")
    assert [(one.occurred_at, one.distinct_id) for one in heard][:2] == [
        (made[0].last_at, f"survey:{made[0].uuid}"), (made[1].last_at, "C-7"),
    ]  # fmt: skip
    answers = reverse("survey-answers", args=[survey.uuid])
    assert "=HYPERLINK" in client.get(answers, {"q": "hyperlínk"}).content.decode()
    assert "=HYPERLINK" not in client.get(answers, {"q": "nothing like it"}).content.decode()
    assert not list(tmp_path.rglob("*.json"))
    page = reverse("survey-import", args=[survey.uuid])
    assert client.post(f"{page}?file={'0' * 64}", {"deed": "import"}).status_code == 422


@pytest.mark.django_db
def test_an_import_that_was_cut_off_goes_on_and_a_cancelled_one_stands_still(bring, survey):
    rows = "\n".join(["at,nps", *(f"2026-04-01 10:{place // 10:02},{place % 10}" for place in range(520))])
    asked = bring(rows, ["at", "q:nps"], works=False)
    assert "0 of 520" in strip(bring.client.get(asked))
    wanted = AnswerImport.objects.get()
    table = find_table(survey.uuid, wanted.sha)
    assert request_import(survey=survey, table=table, targets=["at", "q:nps"], by=None) == wanted
    content = read_content(AFTER_DELIVERY)
    reader = RowReader(table, wanted.targets, content, zone=RIYADH, now=wanted.created_at)
    _take_chunk(
        wanted, reader, name_rows(survey.uuid, table, wanted.targets, content)
    )  # and then the worker went
    assert "500 of 520" in strip(bring.client.get(f"{asked}state/"))

    done = run_import(import_uuid=wanted.uuid)
    assert (done.state, done.done, done.new, done.known, Response.objects.count()) == (
        "done", 520, 520, 0, 520,
    )  # fmt: skip
    assert run_import(import_uuid=wanted.uuid).new == 520

    other = bring(rows + "\n2026-05-01,1", ["at", "q:nps"], works=False)
    bring.client.post(f"{other}cancel/")
    cancelled = run_import(import_uuid=uuid.UUID(other.split("/")[-2]))
    assert (cancelled.state, cancelled.done, Response.objects.count()) == ("cancelled", 0, 520)


def strip(answer):
    return answer.content.decode().replace('<bdi dir="ltr">', "").replace("</bdi>", "")


def test_contacts_and_addresses_of_files_are_read():
    content = read_content(EVERY_TYPE)
    head = ["t", "mail", "phone", "receipt"]
    targets = ["at", "q:contact.email", "q:contact.phone", "q:file"]
    assert set(targets[1:]) <= set(list_targets(content))

    def read(*cells):
        return read_row(
            head, ["2026-01-01", *cells], targets, content, zone=RIYADH, now=datetime(2026, 5, 4, tzinfo=UTC)
        )

    told = read("sara@example.com", "٠٥٠١٢٣٤٥٦٧", "https://files.example/7.pdf")
    assert json.loads(told.answers["contact"].text) == {"email": "sara@example.com", "phone": "0501234567"}
    assert told.answers["file"].text == "https://files.example/7.pdf"
    assert told.customer == "sara@example.com"
    assert read("", "0501234567", "").customer == "0501234567"
    with pytest.raises(RowWrong) as refused:
        read("sara", "", "")
    assert (refused.value.code, refused.value.column) == ("no_email", "mail")


def test_rows_of_an_anonymous_survey_are_told_apart_by_nothing_that_it_does_not_keep(db):
    content = read_content(
        {
            **AFTER_DELIVERY,
            "hidden": [],
            "pages": AFTER_DELIVERY["pages"][:1],
            "jumps": [],
            "outcomes": [],
            "anonymous": True,
        }
    )
    targets = ["at", "q:nps", "customer", ""]

    def name(*rows):
        table = Table(
            sha="0" * 64, headers=["at", "nps", "mail", "ip"], rows=list(enumerate(map(list, rows), 2))
        )
        return name_rows(uuid.UUID(int=7), table, targets, content)

    one = name(("2026-04-03 10:10", "9", "sara@example.com", "1.1.1.1"))
    assert one == name(("2026-04-03 10:59", "9", "huda@example.com", "2.2.2.2"))
    assert len(set(name(*[("2026-04-03 10:10", "9", "", "")] * 2))) == 2
