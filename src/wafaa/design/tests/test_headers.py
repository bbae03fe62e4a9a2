"""What every answer tells the browser."""

import re
import subprocess
import sys

import pytest

PAGES = ["/sign-in/", "/forgotten-password/", "/no-such-page/", "/static/design/design.css"]


@pytest.mark.parametrize("address", PAGES)
def test_every_answer_carries_the_policy(client, db, address):
    headers = client.get(address).headers

    policy = dict(part.strip().split(" ", 1) for part in headers["Content-Security-Policy"].split(";"))
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == policy["form-action"] == "'self'"
    assert policy["object-src"] == policy["base-uri"] == policy["frame-ancestors"] == "'none'"
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "camera=()" in headers["Permissions-Policy"]


def test_pages_hold_no_inline_script_style_or_handler(owner, client_as):
    client = client_as(owner)
    for address in ("/sign-in/", "/account/", "/staff/", "/settings/", "/imports/", "/audit/"):
        page = client.get(address).content.decode()
        assert not re.findall(r"<script(?![^>]*\bsrc=)", page), address
        assert not re.findall(r"<style|\sstyle=", page), address
        assert not re.findall(r"<[^>]+\son[a-z]+=|javascript:", page), address


def test_pages_of_staff_are_not_kept_by_browsers(owner, client_as):
    assert "no-store" in client_as(owner).get("/account/")["Cache-Control"]


def test_htmx_neither_evaluates_nor_writes_styles(client, db):
    page = client.get("/sign-in/").content.decode()

    assert '"includeIndicatorStyles": false, "allowEval": false' in page


# Cookies' names and flags are read once at the start, so each case is a process of its own.
SHOW = """
import django; django.setup()
from django.conf import settings as s
print(s.SESSION_COOKIE_NAME, s.CSRF_COOKIE_NAME, s.SESSION_COOKIE_SECURE, s.CSRF_COOKIE_SECURE, s.SECURE_HSTS_SECONDS,
      s.SESSION_COOKIE_HTTPONLY, s.CSRF_COOKIE_HTTPONLY, s.SESSION_COOKIE_SAMESITE, s.SECURE_PROXY_SSL_HEADER,
      s.SESSION_COOKIE_DOMAIN, s.SESSION_COOKIE_PATH, sep="|")
"""


def show(**changes: str) -> list[str]:
    import os

    told = subprocess.run(
        [sys.executable, "-c", SHOW],
        env={**os.environ, **changes},
        capture_output=True,
        text=True,
        check=True,
    )
    return told.stdout.strip().split("|")


def test_without_tls_cookies_are_plain_but_out_of_scripts_reach():
    assert show() == [
        "sessionid", "csrftoken", "False", "False", "0", "True", "True", "Lax", "None", "None", "/",
    ]  # fmt: skip


def test_with_tls_cookies_are_bound_to_this_very_host():
    assert show(WAFAA_SECURE_COOKIES="1", WAFAA_TRUSTED_PROXIES="1") == [
        "__Host-wafaa_session", "__Host-wafaa_csrf", "True", "True", "31536000", "True", "True", "Lax",
        "('HTTP_X_FORWARDED_PROTO', 'https')", "None", "/",
    ]  # fmt: skip


def test_no_answer_names_the_programs_behind_it(client, db):
    """Nor is another host let in to read it."""
    headers = client.get("/sign-in/", HTTP_ORIGIN="https://evil.example").headers

    assert {"Server", "X-Powered-By", "Access-Control-Allow-Origin"}.isdisjoint(headers)
