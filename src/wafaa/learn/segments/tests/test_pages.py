"""The pages of segments, by plain posts as a browser without JavaScript sends them."""

from datetime import UTC, datetime
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import QueryDict
from tests.build import make_business, make_customer, make_order

from wafaa.access.audit.queries import list_changes
from wafaa.kit import clock
from wafaa.learn.segments.actions import (
    change_segment,
    create_list,
    create_segment,
    import_list,
    note_sizes,
    remove_segment,
    remove_set_aside,
    run_build,
)
from wafaa.learn.segments.models import Build, Segment, SetAside, Version
from wafaa.learn.segments.queries import list_member_ids

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 15, 9, tzinfo=UTC)
ONCE = {"all": [{"orders": {"measure": "count", "min": 1}}]}
JEDDAH = {"all": [{"profile": {"field": "city", "one_of": ["جدة"]}}]}


def count_all() -> None:
    """What the worker does."""
    for build in Build.objects.filter(state=Build.State.COMING):
        run_build(build_id=build.pk)


def make_segment(definition=ONCE, name: str = "Buyers") -> Segment:
    made = create_segment(name=name, definition=definition, by=None)
    count_all()
    return Segment.objects.get(pk=made.pk)


def form(*rows: str, **more: str) -> dict[str, list[str]]:
    """A form as query text: rows as "1.1", fields as r1_low."""
    data = QueryDict(mutable=True)
    data.setlist("row", list(rows))
    for name, value in more.items():
        data.setlist(
            name.replace("_", "-") if name.startswith("r") else name,
            value if isinstance(value, list) else [value],
        )
    return dict(data.lists())


@pytest.fixture
def page(owner, client_as):
    make_business(currency="SAR", leaders_need_second_factor=False)
    return client_as(owner, HTTP_ACCEPT_LANGUAGE="en")


def read(response) -> str:
    assert response.status_code == 200
    return response.content.decode()


def test_a_segment_is_made_without_any_script(page):
    make_customer("1", city="جدة")
    make_order(customer="1")

    first = read(page.get("/segments/new/"))
    changed = page.post("/segments/new/", form("1.1", r1_what="orders.sum", deed="shape", name="Big"))
    more = page.post("/segments/new/", form("1.1", r1_what="orders.count", deed="add"))
    made = page.post(
        "/segments/new/",
        form(
            "1.1", "2.2", name="Buyers of Jeddah", description="", join="all",
            r1_what="orders.count", r1_test="least", r1_low="1", r1_when="last", r1_count="3", r1_unit="months",
            r2_what="profile.city", r2_test="one_of", r2_values=["جدة", ""], deed="save",
        ),
    )  # fmt: skip

    assert 'name="r1-low"' in first
    assert 'value="Big"' in read(changed)
    assert "SAR" in read(changed)
    assert 'value="2.2"' in read(more)
    segment = Segment.objects.get()
    assert made["Location"] == f"/segments/{segment.uuid}/"
    assert segment.name == "Buyers of Jeddah"
    assert segment.definition == {
        "all": [
            {"orders": {"measure": "count", "window": {"last": 3, "unit": "months"}, "min": 1}},
            {"profile": {"field": "city", "one_of": ["جدة"]}},
        ]
    }


def test_a_press_in_the_builder_swaps_only_the_conditions(page):
    data = form("1.1", r1_what="profile.city", deed="shape")

    response = page.post("/segments/new/", data, HTTP_HX_REQUEST="true")

    assert read(response).lstrip().startswith('<div id="conditions"')
    assert response["HX-Trigger"] == "conditions"
    assert Segment.objects.count() == 0


def test_what_is_wrong_is_told_at_its_condition_and_nothing_is_lost(page):
    data = form("1.1", name="", r1_what="orders.count", r1_test="least", r1_low="many", deed="save")

    shown = read(page.post("/segments/new/", data))

    assert 'id="r1-low-error"' in shown
    assert "A number is needed." in shown
    assert 'value="many"' in shown
    assert Segment.objects.count() == 0
    assert "Add at least one condition." in read(page.post("/segments/new/", {"name": "Empty"}))


def test_a_condition_taken_away_comes_back(page):
    data = form(
        "1.1", "2.2", r1_what="orders.count", r2_what="profile.city", r2_values="مكة", deed="remove-2"
    )
    without = page.post("/segments/new/", data)
    assert "مكة" not in read(without).split('name="removed"')[1].split(">", 1)[1].split('id="estimate"')[0]
    removed = without.context["removed"]

    again = page.post("/segments/new/", form("1.1", r1_what="orders.count", removed=removed, deed="restore"))

    assert 'value="مكة"' in read(again)
    assert again.context["may_restore"] is False


def test_the_estimate_counts_and_names_some_with_the_reason(page):
    make_customer("1", name="هند", city="جدة")
    make_customer("2", name="Omar", city="مكة")
    data = form("1.1", r1_what="profile.city", r1_test="one_of", r1_values="جدة", sample="1")

    shown = read(page.post("/segments/count/", data))

    assert "Customers whose city is" in shown
    assert "هند" in shown
    assert "Omar" not in shown
    assert page.post("/segments/count/", data).context["estimate"].members == 1
    assert "Once every condition is complete" in read(
        page.post("/segments/count/", form("1.1", r1_what="rfm"))
    )


def test_a_change_is_a_version_and_one_can_go_back(page, owner):
    segment = make_segment()
    address = f"/segments/{segment.uuid}/"
    data = form("1.1", name="Buyers", description="", r1_what="orders.count", r1_low="5", deed="save")

    page.post(f"{address}edit/", data)
    same = page.post(f"{address}edit/", data, follow=True)

    segment.refresh_from_db()
    assert (segment.version, segment.definition["all"][0]["orders"]["min"]) == (2, 5)
    assert "Go back to this one" in read(same)
    page.post(f"{address}versions/1/back/")
    segment.refresh_from_db()
    assert (segment.version, segment.definition) == (3, ONCE)
    assert [one.staff for one in Version.objects.order_by("number")] == [None, owner, owner]


def test_a_version_that_asks_for_a_removed_segment_stays_where_it_is(page):
    gone = make_segment()
    segment = make_segment({"segment": {"uuid": str(gone.uuid), "in": True}}, "Asks")
    change_segment(segment=segment, definition=JEDDAH, by=None)
    remove_segment(segment=gone, by=None)

    shown = read(page.post(f"/segments/{segment.uuid}/versions/1/back/", follow=True))

    segment.refresh_from_db()
    assert "asks for a segment that was removed" in shown
    assert (segment.version, segment.definition) == (2, JEDDAH)


def test_saving_what_a_program_wrote_otherwise_makes_no_version(page):
    segment = make_segment({"orders": {"measure": "count", "min": 1}})
    data = form("1.1", name="Called anew", description="", r1_what="orders.count", r1_low="1", deed="save")

    page.post(f"/segments/{segment.uuid}/edit/", data)

    segment.refresh_from_db()
    assert (segment.name, segment.version) == ("Called anew", 1)


def test_what_lies_deeper_is_changed_as_text(page):
    deep = {"all": [{"any": [{"all": [ONCE["all"][0], JEDDAH["all"][0]]}, {"rfm": {"groups": ["lost"]}}]}]}
    segment = make_segment(deep)
    address = f"/segments/{segment.uuid}/edit/"

    shown = read(page.get(address))
    wrong = page.post(address, {"name": "Deep", "description": "", "definition": '{"all": [{"rfm": {}}]}'})
    page.post(address, {"name": "Deep", "description": "", "definition": '{"all": []}'})

    assert "<textarea" in shown
    assert "all[0].rfm.groups" in read(wrong)
    segment.refresh_from_db()
    assert segment.definition == {"all": []}


def test_the_page_of_one_shows_members_with_reasons_and_overlap(page):
    make_customer("1", name="هند", city="جدة")
    make_order(customer="1")
    make_customer("2", name="Omar", city="جدة")
    buyers, jeddah = make_segment(), make_segment(JEDDAH, "Jeddah")
    note_sizes(day=clock.now().date().replace(day=1))
    note_sizes(day=clock.now().date().replace(day=2))

    shown = read(page.get(f"/segments/{buyers.uuid}/?with={jeddah.uuid}"))

    assert "Customers who ordered at least" in shown
    assert "هند" in shown
    assert "found:" in shown
    assert page.get(f"/segments/{buyers.uuid}/?with={jeddah.uuid}").context["overlap"]["counts"].both == 1


def test_why_somebody_is_not_in(page):
    hind = make_customer("1", name="هند", city="مكة")
    segment = make_segment(JEDDAH, "Jeddah")

    found = read(page.get(f"/segments/{segment.uuid}/why/?q=هند"))
    told = read(page.get(f"/segments/{segment.uuid}/why/?customer={hind.uuid}"))

    assert f"?customer={hind.uuid}" in found
    assert "is not in" in told
    assert '<li class="fails">' in told
    assert "مكة" in told


def test_an_analyst_sees_masks_and_changes_nothing(analyst, client_as):
    make_business(leaders_need_second_factor=False)
    hind = make_customer("77", name="هند", email="hind@example.com", city="جدة")
    segment = make_segment({"profile": {"field": "email", "contains": "hind"}}, "Hind")
    page = client_as(analyst, HTTP_ACCEPT_LANGUAGE="en")

    told = read(page.get(f"/segments/{segment.uuid}/why/?customer={hind.uuid}"))
    by_name = read(page.get(f"/segments/{segment.uuid}/why/?q=هند"))
    listed = read(page.get(f"/segments/{segment.uuid}/members/"))
    change_segment(segment=segment, definition={"profile": {"field": "email", "begins": "hind@"}}, by=None)
    sentences = "".join(read(page.get(one)) for one in ("/segments/", f"/segments/{segment.uuid}/"))

    assert "hind@" not in told + by_name + listed + sentences
    assert "contains “<bdi>h••••</bdi>”" in told
    assert "contains “<bdi>h••••</bdi>”" in sentences  # the former version
    assert "begins with “<bdi>h••••</bdi>”" in sentences
    assert "هند" not in told + listed
    assert f"?customer={hind.uuid}" not in by_name
    assert page.post(f"/segments/{segment.uuid}/remove/").status_code == 403
    assert page.get("/segments/new/").status_code == 403
    assert SetAside.objects.count() == 0


def test_a_pause_holds_until_it_is_resumed(page):
    hind = make_customer("1", city="مكة")
    segment = make_segment()
    address = f"/segments/{segment.uuid}/"

    page.post(f"{address}pause/")
    segment.refresh_from_db()
    assert segment.state == Segment.State.PAUSED
    for shown in (address, f"{address}why/?customer={hind.uuid}"):
        assert "when the segment was last kept up to date" in read(page.get(shown))
        assert "still follows version" not in read(page.get(shown))
    change_segment(segment=segment, definition=JEDDAH, by=None)
    assert "still follows version" in read(page.get(address))
    page.post(f"/segments/{segment.uuid}/resume/")
    count_all()
    segment.refresh_from_db()
    assert segment.state == Segment.State.LIVE


def test_a_removed_segment_comes_back_as_it_was(page):
    make_customer("1")
    make_order(customer="1")
    segment = make_segment()

    listed = read(page.post(f"/segments/{segment.uuid}/remove/", follow=True))
    assert "Have it back" in listed
    assert page.get(f"/segments/{segment.uuid}/").status_code == 404
    page.post(f"/segments/{segment.uuid}/restore/")
    count_all()

    segment.refresh_from_db()
    assert segment.state == Segment.State.LIVE
    assert len(list_member_ids(segment)) == 1
    assert page.get(f"/segments/{segment.uuid}/").status_code == 200
    deeds = [one.deed for one in list_changes()]
    assert {"set_aside_segment", "restore_segment"} <= set(deeds)


def test_a_segment_that_another_asks_for_stays(page):
    asked = make_segment()
    make_segment({"segment": {"uuid": str(asked.uuid), "in": True}}, "Asks")

    shown = page.post(f"/segments/{asked.uuid}/remove/", follow=True)

    assert "Asks" in read(shown)
    assert SetAside.objects.count() == 0


def test_what_was_removed_long_ago_is_forgotten(page):
    with clock.fixed_at(NOW):
        segment = make_segment()
        page.post(f"/segments/{segment.uuid}/remove/")
        assert remove_set_aside() == 0
    with clock.fixed_at(datetime(2026, 4, 20, tzinfo=UTC)):
        assert remove_set_aside() == 1

    assert not Segment.objects.exists()


def test_a_list_from_pasted_numbers_says_who_was_not_found(page):
    make_customer("A-1", phone="+966501234567")
    make_customer("A-2", email="omar@example.com")

    shown = page.post(
        "/segments/lists/new/",
        {"name": "Evening", "description": "", "pasted": "0501234567، omar@example.com\nA-1\nnobody"},
    )

    segment = Segment.objects.get()
    assert "2 customers were added" in plain_text(read(shown))
    assert "nobody</textarea>" in read(shown)
    assert len(list_member_ids(segment)) == 2


def plain_text(html: str) -> str:
    return html.replace('<bdi dir="ltr">', "").replace("</bdi>", "")


def make_workbook() -> bytes:
    from openpyxl import Workbook

    book, buffer = Workbook(), BytesIO()
    book.active.append(["number", "name"])
    book.active.append([1001, "هند"])
    book.save(buffer)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("list.csv", "number;name\n1001;هند\n".encode()),
        ("list.txt", b"\xff\xfe" + "1001\n".encode("utf-16-le")),
        ("list.xlsx", make_workbook()),
    ],
)
def test_a_list_from_a_file(page, name, content):
    make_customer("1001")
    file = SimpleUploadedFile(name, content)

    page.post("/segments/lists/new/", {"name": "Evening", "description": "", "pasted": "", "file": file})

    assert len(list_member_ids(Segment.objects.get())) == 1


def test_an_empty_or_broken_list_is_told(page):
    empty = page.post("/segments/lists/new/", {"name": "Evening", "pasted": ""})
    broken = SimpleUploadedFile("list.xlsx", b"PK\x03\x04 no workbook")
    wrong = page.post("/segments/lists/new/", {"name": "Evening", "pasted": "", "file": broken})

    assert "Type at least one number" in read(empty)
    assert "cannot be read" in read(wrong)
    assert Segment.objects.count() == 0


def test_taken_off_a_list_and_put_back(page):
    one = make_customer("1", name="هند")
    segment = create_list(name="Evening", by=None)
    import_list(segment=segment, rows=["1"], by=None)
    address = f"/segments/{segment.uuid}/"

    off = page.post(f"{address}take-off/", {"customer": str(one.uuid)}, follow=True)
    assert "is no longer on the list" in read(off)
    assert list_member_ids(segment) == []
    page.post(f"{address}put-back/", {"customer": str(one.uuid)})

    assert list_member_ids(segment) == [one.pk]


def test_the_customer_page_has_a_panel_of_segments(page):
    one = make_customer("1", city="جدة")
    segment = make_segment(JEDDAH, "Jeddah")

    shown = read(page.get(f"/customers/{one.uuid}/panels/segments/"))

    assert f'href="/segments/{segment.uuid}/"' in shown
    assert f"/customers/{one.uuid}/panels/segments/" in read(page.get(f"/customers/{one.uuid}/"))


def test_members_as_a_file(page):
    make_customer("1", name="هند", city="جدة")
    segment = make_segment(JEDDAH, "Jeddah")

    response = page.get(f"/segments/{segment.uuid}/export/?format=csv")

    assert b"".join(response.streaming_content).decode("utf-8-sig").splitlines()[1].split(",")[2] == "هند"


def test_the_list_is_searched_sorted_and_shows_ready_ones_apart(page):
    from wafaa.learn.segments.actions import ensure_ready

    empty = read(page.get("/segments/"))
    ensure_ready()
    make_segment(name="Buyers")
    make_segment(JEDDAH, "People of Jeddah")

    shown = read(page.get("/segments/?q=jed"))

    assert "No segment of your own yet" in empty
    assert "People of Jeddah" in shown
    assert "Buyers" not in shown
    assert "Champions" in shown
    assert [one.name for one in page.get("/segments/?order=-name").context["found"]] == [
        "People of Jeddah",
        "Buyers",
    ]


def test_a_ready_made_one_begins_one_of_your_own(page):
    from wafaa.learn.segments.actions import ensure_ready

    ensure_ready()
    ready = Segment.objects.get(key="rfm.champions")

    shown = read(page.get(f"/segments/new/?from={ready.uuid}"))

    assert 'value="champions" checked' in shown
    assert page.get(f"/segments/{ready.uuid}/edit/").status_code == 409


def test_suggestions_follow_what_is_typed(page):
    make_customer("1", city="جدة")
    make_customer("2", city="مكة")

    shown = read(page.get("/segments/suggestions/?of=cities&r1-values=جد"))

    assert 'value="جدة"' in shown
    assert "مكة" not in shown
