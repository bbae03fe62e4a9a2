from wafaa.access.staff.models import Staff


def page(client) -> str:
    return client.get("/sign-in/").content.decode()


def test_without_any_choice_the_console_speaks_arabic_from_right_to_left(client, db):
    assert '<html lang="ar" dir="rtl"' in page(client)


def test_a_stranger_switches_the_language_before_signing_in(client, db):
    response = client.post("/language/", {"language": "en", "next": "/sign-in/"})

    assert response["Location"] == "/sign-in/"
    assert client.cookies["wafaa_language"].value == "en"
    assert '<html lang="en" dir="ltr"' in page(client)


def test_a_member_of_staff_keeps_the_language_on_every_device(owner, client_as):
    client_as(owner).post("/language/", {"language": "en"})

    owner.refresh_from_db()
    assert owner.language == "en"
    other_device = client_as(owner)
    assert '<html lang="en" dir="ltr"' in other_device.get("/audit/").content.decode()


def test_an_unknown_language_changes_nothing(owner, client_as):
    client = client_as(owner)
    response = client.post("/language/", {"language": "xx", "next": "https://evil.example/"})

    assert response["Location"] == "/"
    assert "wafaa_language" not in client.cookies
    assert Staff.objects.get().language == ""


def test_light_and_dark_are_remembered(client, db):
    client.post("/theme/", {"theme": "dark", "next": "/sign-in/"})
    assert 'data-theme="dark"' in page(client)

    client.post("/theme/", {"theme": '"><script>', "next": "/sign-in/"})
    assert 'data-theme="dark"' in page(client)
