"""The WordPress plugin, as far as it can be checked without PHP: its signature, its ids, its words, its files."""

import ast
import base64
import hashlib
import hmac
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from wafaa.listen.connectors.models import Connection
from wafaa.listen.connectors.rules import ConnectorError, Place, Received
from wafaa.listen.connectors.woocommerce import CONNECTOR

PLUGIN = Path(__file__).parents[1] / "integrations" / "wordpress" / "wafaa"
LANGUAGES = PLUGIN / "languages"
SOURCES = [PLUGIN / "wafaa.php", *sorted((PLUGIN / "includes").glob("*.php"))]
# The two forms in which the plugin says a word of its own.
WORD = re.compile(r"\b(?:__|esc_html__)\(\s*'((?:[^'\\]|\\.)*)',\s*'wafaa'\s*\)")
ENTRY = re.compile(r"^\t\t('(?:[^'\\]|\\.)*') => ('(?:[^'\\]|\\.)*'),$", re.MULTILINE)


def read_function(name: str) -> str:
    text = (PLUGIN / "includes" / "orders.php").read_text()
    return text[text.index(f"function {name}(") :].split("\n}\n", 1)[0]


def sign_as_the_plugin_says(body: bytes, secret: str) -> str:
    """The one line of wafaa_sign, done in Python: base64_encode(hash_hmac('sha256', $body, $secret, true))."""
    (recipe,) = re.findall(r"return (.+);", read_function("wafaa_sign"))
    assert recipe == "base64_encode( hash_hmac( 'sha256', $body, $secret, true ) )"
    return base64.b64encode(hmac.new(secret.encode(), body, hashlib.sha256).digest()).decode()


def receive(body: bytes, signature: str) -> Received:
    headers = dict(re.findall(r"'([\w-]+)'\s*=>\s*'?([^',\n]+)'?", read_function("wafaa_headers")))
    assert headers["X-WC-Webhook-Signature"] == "wafaa_sign( $body"
    return Received(
        place=Place(system="woocommerce", uuid8="1a2b3c4d"),
        body=body,
        headers={
            "x-wc-webhook-topic": headers["X-WC-Webhook-Topic"],
            "x-wc-webhook-signature": signature,
        },
        received_at=datetime(2026, 3, 1, tzinfo=UTC),
    )


def test_what_the_plugin_signs_the_woocommerce_connection_takes():
    body, secrets = '{"id":1,"status":"completed","note":"شكرًا"}'.encode(), {"secret": "s3cret"}
    signature = sign_as_the_plugin_says(body, "s3cret")

    # printf '{"id":1,...}' | openssl dgst -sha256 -hmac s3cret -binary | base64
    assert signature == "YkT4low1OV5Jx12JBvQEpBSFoTJyQncbyArDtOKNllk="
    CONNECTOR.verify(receive(body, signature), secrets)
    with pytest.raises(ConnectorError):
        CONNECTOR.verify(receive(body + b" ", signature), secrets)
    with pytest.raises(ConnectorError):
        CONNECTOR.verify(receive(body, sign_as_the_plugin_says(body, "other")), secrets)


def test_whoever_is_signed_in_has_the_id_of_their_orders():
    text = (PLUGIN / "includes" / "script.php").read_text()
    (pattern,) = re.findall(r"preg_match\( '~(.+?)~'", text)
    connection = Connection(system="woocommerce")

    found = re.search(pattern, f"https://wafaa.example/hooks/{connection.uuid}/")

    assert found is not None
    assert f"woocommerce:{found[1]}:17" == connection.place.name_person(17)
    assert (
        "return 0 === $user || '' === wafaa_connection_id() ? '' : 'woocommerce:' . wafaa_connection_id() . ':' . $user;"
        in text
    )


def test_the_script_is_asked_for_as_it_wants_to_be():
    text = (PLUGIN / "includes" / "script.php").read_text()
    script = (PLUGIN.parents[2] / "src/wafaa/stream/static/stream/wafaa.js").read_text()

    (attribute,) = re.findall(r"'(data-[\w-]+)'", text)
    assert f'tag.getAttribute("{attribute}")' in script
    assert "window.wafaa=window.wafaa||function(){(wafaa.q=wafaa.q||[]).push(arguments)}" in text
    assert "window.wafaa=window.wafaa||function(){(wafaa.q=wafaa.q||[]).push(arguments)}" in script
    assert "'/wafaa.js'" in text


def list_words() -> set[str]:
    words = {word.replace("\\'", "'") for path in SOURCES for word in WORD.findall(path.read_text())}
    (about,) = re.findall(r"\* Description:\s+(.+)", (PLUGIN / "wafaa.php").read_text())
    return words | {about}


def read_words(name: str) -> dict[str, str]:
    with (LANGUAGES / name).open("rb") as file:
        return {str(one.id): str(one.string) for one in read_po(file) if one.id}


def test_every_word_of_the_plugin_is_there_in_arabic():
    arabic = read_words("wafaa-ar.po")

    assert set(read_words("wafaa.pot")) == set(arabic) == list_words()
    assert all(re.search(r"[\u0600-\u06ff]", word) for word in arabic.values())


def test_what_wordpress_reads_is_what_was_translated():
    entries = ENTRY.findall((LANGUAGES / "wafaa-ar.l10n.php").read_text())

    assert {ast.literal_eval(one): ast.literal_eval(other) for one, other in entries} == read_words(
        "wafaa-ar.po"
    )


def test_every_file_refuses_to_be_opened_by_itself_and_prints_nothing_unescaped():
    for path in [*SOURCES, PLUGIN / "uninstall.php"]:
        text = path.read_text()
        assert re.search(r"defined\( '(ABSPATH|WP_UNINSTALL_PLUGIN)' \) \|\| exit;", text), path.name
        assert text.count("(") == text.count(")"), path.name
        assert text.count("{") == text.count("}"), path.name
        assert "echo $" not in text, path.name
        assert "?>" not in text, path.name
