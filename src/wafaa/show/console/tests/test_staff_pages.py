from wafaa.access.audit.models import Change
from wafaa.access.staff.models import Staff

NEW = {"email": "sara@example.com", "name": "سارة", "role": "cashier", "password": "saffron and cardamom"}


def test_the_owner_adds_a_cashier_to_a_store(owner, olaya, client_as):
    response = client_as(owner).post("/staff/add/", {**NEW, "stores": [olaya.id]})

    assert response["Location"] == "/staff/"
    sara = Staff.objects.get(email="sara@example.com")
    assert (sara.role, list(sara.stores.all())) == ("cashier", [olaya])
    assert [change.deed for change in Change.objects.all()] == ["set_stores", "create_staff"]


def test_a_role_that_sees_all_stores_is_tied_to_none(owner, olaya, client_as):
    client_as(owner).post("/staff/add/", {**NEW, "role": "agent", "stores": [olaya.id]})

    assert list(Staff.objects.get(email="sara@example.com").stores.all()) == []


def test_what_the_action_refuses_stands_at_its_field(owner, client_as):
    client = client_as(owner)
    weak = client.post("/staff/add/", {**NEW, "password": "short"})
    taken = client.post("/staff/add/", {**NEW, "email": "noura@example.com"})

    assert (weak.status_code, list(weak.context["form"].errors)) == (422, ["password"])
    assert (taken.status_code, list(taken.context["form"].errors)) == (422, ["email"])
    assert Staff.objects.count() == 1
    assert not Change.objects.exists()


def test_the_last_owner_cannot_stop_being_one(owner, client_as):
    response = client_as(owner).post(
        f"/staff/{owner.id}/", {"name": "نورة", "role": "manager", "is_active": "on"}
    )

    assert (response.status_code, list(response.context["form"].errors)) == (422, ["role"])
    assert "هذا آخر مالك" in response.content.decode()
    owner.refresh_from_db()
    assert (owner.role, owner.name) == ("owner", "نورة القحطاني")


def test_a_member_of_staff_is_stopped_and_let_in_again(owner, agent, client_as):
    client = client_as(owner)
    client.post(f"/staff/{agent.id}/", {"name": agent.name, "role": "agent"})
    agent.refresh_from_db()
    assert agent.is_active is False

    client.post(f"/staff/{agent.id}/", {"name": agent.name, "role": "agent", "is_active": "on"})
    agent.refresh_from_db()
    assert agent.is_active is True


def test_a_new_password_is_set(owner, agent, client_as):
    client = client_as(owner)
    refused = client.post(f"/staff/{agent.id}/password/", {"password": "short"})
    assert refused.status_code == 422
    assert client.get(f"/staff/{agent.id}/password/").url == f"/staff/{agent.id}/"  # opened again

    client.post(f"/staff/{agent.id}/password/", {"password": "a much better one"})

    agent.refresh_from_db()
    assert agent.check_password("a much better one")


def test_ones_own_password_is_changed_where_the_present_one_is_asked(owner, client_as):
    client = client_as(owner)
    before = owner.password

    response = client.post(f"/staff/{owner.id}/password/", {"password": "a-long-new-password-9"})

    assert response["Location"] == "/account/password/"
    owner.refresh_from_db()
    assert owner.password == before
    assert f"/staff/{owner.id}/password/" not in client.get(f"/staff/{owner.id}/").content.decode()


def test_a_member_of_staff_that_does_not_exist_is_not_found(owner, client_as):
    response = client_as(owner).get("/staff/999999/")

    assert response.status_code == 404
    assert "لا يوجد هذا الموظف" in response.content.decode()


def test_the_list_shows_everybody(cast, client_as):
    content = client_as(cast["owner"]).get("/staff/").content.decode()
    for person in cast.values():
        assert person is None or person.email in content


def test_an_owner_signs_a_person_out_everywhere(owner, agent, client_as):
    theirs = client_as(agent)
    client = client_as(owner)
    assert "جهاز واحد" in client.get(f"/staff/{agent.id}/").content.decode()

    client.post(f"/staff/{agent.id}/sessions/end/")

    assert theirs.get("/account/").status_code == 302
    assert client.get("/account/").status_code == 200


def test_an_owner_takes_the_second_factor_of_a_lost_phone_away_but_not_the_own_one(owner, agent, client_as):
    from wafaa.access.staff.actions import turn_on_second_factor
    from wafaa.access.staff.queries import has_second_factor
    from wafaa.access.staff.second_factor import make_secret

    for person in (owner, agent):
        turn_on_second_factor(staff=person, secret=make_secret())
    client = client_as(owner)

    for person in (owner, agent):
        client.post(f"/staff/{person.id}/second-factor/remove/")

    assert (has_second_factor(owner), has_second_factor(agent)) == (True, False)
