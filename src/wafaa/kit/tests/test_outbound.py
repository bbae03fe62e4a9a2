import gzip
import socket
import threading
import time

import pytest
from django.utils import translation

from wafaa.kit.networks import read_allowed
from wafaa.kit.outbound import OutboundFailed, OutboundRefused, read_url, send
from wafaa.kit.tests.receivers import Answer, make_certificate, receiving

# Linux answers on all of 127.0.0.0/8, so that one loopback address may stand for the outside and another for the inside.
OUTSIDE, INSIDE = "127.0.0.2", "127.0.0.3"
ONLY_OUTSIDE = read_allowed(f"{OUTSIDE}/32")
# Longer than any machine takes for what should work at once.
PATIENCE_S = 60.0


def always(*addresses):
    return lambda _host, _port: list(addresses)


def test_a_request_arrives_as_it_was_given_and_the_answer_comes_back():
    with receiving(lambda *_: Answer(status=201, headers={"X-One": "1"}, body=b"made")) as there:
        reply = send(
            "POST", f"{there.url}/a%20b?c=d", headers={"X-Key": "k"}, body=b"\x00body", allow_private=True
        )

    assert (reply.status, reply.headers["x-one"], reply.body) == (201, "1", b"made")
    (request,) = there.requests
    assert (request.method, request.path, request.body) == ("POST", "/a%20b?c=d", b"\x00body")
    assert request.headers == {
        "host": f"127.0.0.1:{there.port}",
        "connection": "close",
        "user-agent": "Wafaa",
        "accept-encoding": "identity",
        "x-key": "k",
        "content-length": "5",
    }


def test_no_private_address_is_called_unless_the_operator_allows_it(settings):
    with receiving() as there:
        for host in (
            "127.0.0.1",
            "localhost",
            "2130706433",
            "0x7f.1",
            "127.1",
            "[::ffff:127.0.0.1]",
            "0.0.0.0",
        ):
            with pytest.raises(OutboundRefused) as refused:
                send("GET", f"http://{host}:{there.port}/")
            assert refused.value.why == "network"
        assert there.requests == []

        settings.OUTBOUND_ALLOW_PRIVATE = read_allowed("127.0.0.0/8")
        assert send("GET", there.url).status == 200
        settings.OUTBOUND_ALLOW_PRIVATE = False
        assert send("GET", there.url, allow_private=True).status == 200


def test_a_name_with_one_private_address_among_public_ones_is_refused():
    with receiving() as there, pytest.raises(OutboundRefused):
        send("GET", f"http://shop.example:{there.port}", resolve=always("93.184.215.14", "127.0.0.1"))

    assert there.requests == []


def test_the_connection_goes_to_the_address_that_was_checked_whatever_the_name_says_later():
    answers = [[OUTSIDE], [INSIDE], [INSIDE]]
    asked = []

    def change_mind(host, port):
        asked.append((host, port))
        return answers.pop(0)

    with receiving(address=OUTSIDE) as there:
        url = f"http://turncoat.example:{there.port}/"
        assert send("GET", url, allow_private=ONLY_OUTSIDE, resolve=change_mind).status == 200
        assert asked == [("turncoat.example", there.port)]
        assert there.requests[0].headers["host"] == f"turncoat.example:{there.port}"

        with pytest.raises(OutboundRefused):
            send("GET", url, allow_private=ONLY_OUTSIDE, resolve=change_mind)
    assert len(there.requests) == 1


def test_a_redirect_is_an_answer_unless_following_is_asked_for():
    with receiving(lambda *_: Answer(status=302, headers={"Location": "/else"})) as there:
        assert send("GET", there.url, allow_private=True).status == 302
        with pytest.raises(OutboundRefused) as refused:
            send("GET", there.url, allow_private=True, redirects=2)

    assert refused.value.why == "redirects"
    assert [request.path for request in there.requests] == ["/", "/", "/else", "/else"]


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_into_a_private_network_is_refused(status):
    with receiving(address=INSIDE) as inside:
        lure = lambda *_: Answer(status=status, headers={"Location": f"{inside.url}/secret"})  # noqa: E731 - one line says it
        with receiving(lure, address=OUTSIDE) as outside, pytest.raises(OutboundRefused) as refused:
            send("POST", outside.url, body=b"x", allow_private=ONLY_OUTSIDE, redirects=5)

    assert refused.value.why == "network"
    assert (len(outside.requests), inside.requests) == (1, [])


def test_a_redirect_by_a_name_that_leads_inside_is_refused():
    with receiving(address=INSIDE) as inside:
        location = f"http://inner.example:{inside.port}/"
        with (
            receiving(
                lambda *_: Answer(status=307, headers={"Location": location}), address=OUTSIDE
            ) as outside,
            pytest.raises(OutboundRefused),
        ):
            send(
                "GET",
                f"http://outer.example:{outside.port}/",
                allow_private=ONLY_OUTSIDE,
                redirects=5,
                resolve=lambda host, _port: [INSIDE if host == "inner.example" else OUTSIDE],
            )

    assert inside.requests == []


@pytest.mark.parametrize(
    "location", ["file:///etc/passwd", "gopher://x/", "http://u:p@x.example/", "http://x y/", "//["]
)
def test_a_redirect_to_what_is_no_plain_address_is_refused(location):
    with (
        receiving(lambda *_: Answer(status=302, headers={"Location": location})) as there,
        pytest.raises(OutboundRefused),
    ):
        send("GET", there.url, allow_private=True, redirects=3)


def test_keys_do_not_follow_a_redirect_to_another_host_and_stay_with_the_same():
    given = {"Authorization": "Bearer k", "X-Token": "k", "Accept": "text/plain", "Content-Type": "a/b"}
    with receiving(address=INSIDE) as other:

        def lead_on(request, _handler):
            to = "/two" if request.path == "/one" else f"{other.url}/three"
            return Answer(status=307, headers={"Location": to})

        with receiving(lead_on, address=OUTSIDE) as first:
            send("POST", f"{first.url}/one", headers=given, body=b"b", redirects=2, allow_private=True)

    kept = [
        {name for name in ("authorization", "x-token", "accept", "content-type") if name in request.headers}
        for request in (*first.requests, *other.requests)
    ]
    assert kept == [{"authorization", "x-token", "accept", "content-type"}] * 2 + [{"accept", "content-type"}]
    assert [request.body for request in other.requests] == [b"b"]


def test_after_303_the_body_stays_behind():
    def lead_on(request, _handler):
        return Answer(status=303, headers={"Location": "/two"}) if request.path == "/one" else Answer()

    with receiving(lead_on) as there:
        send(
            "POST",
            f"{there.url}/one",
            headers={"Content-Type": "a/b"},
            body=b"b",
            redirects=1,
            allow_private=True,
        )

    second = there.requests[1]
    assert (second.method, second.body, "content-type" in second.headers) == ("GET", b"", False)


def test_tls_is_checked_against_the_name_though_the_connection_goes_to_an_address(tmp_path):
    server, client = make_certificate(tmp_path, "shop.example")
    with receiving(tls=server) as there:
        reply = send(
            "GET",
            f"https://shop.example:{there.port}/",
            allow_private=True,
            resolve=always("127.0.0.1"),
            tls=client,
        )
        assert (reply.status, reply.body) == (200, b"thanks")

        for name, trusted in (("other.example", client), ("shop.example", None)):
            with pytest.raises(OutboundFailed) as failed:
                send(
                    "GET",
                    f"https://{name}:{there.port}/",
                    allow_private=True,
                    resolve=always("127.0.0.1"),
                    tls=trusted,
                )
            assert failed.value.why == "tls"
    assert len(there.requests) == 1


def test_no_redirect_leads_from_https_to_http(tmp_path):
    server, client = make_certificate(tmp_path, "127.0.0.1")
    with receiving() as plain:
        lure = Answer(status=302, headers={"Location": plain.url})
        with receiving(lambda *_: lure, tls=server) as there, pytest.raises(OutboundRefused) as refused:
            send("GET", there.url, allow_private=True, redirects=1, tls=client)

    assert (refused.value.why, plain.requests) == ("downgrade", [])


def test_a_second_address_is_tried_where_the_first_does_not_answer():
    with receiving(address=OUTSIDE) as there:
        reply = send(
            "GET",
            f"http://two.example:{there.port}/",
            allow_private=True,
            resolve=always(INSIDE, OUTSIDE),
            timeout_s=PATIENCE_S,
        )

    assert reply.status == 200


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("ftp://shop.example/", "scheme"),
        ("file:///etc/passwd", "scheme"),
        ("shop.example/path", "scheme"),
        ("//shop.example/", "scheme"),
        ("javascript:alert(1)", "scheme"),
        ("http://", "url"),
        ("http:///path", "url"),
        ("http://user@shop.example/", "user"),
        ("http://user:word@shop.example/", "user"),
        ("http://@shop.example/", "user"),
        ("http://127.0.0.1\\@shop.example/", "url"),
        ("http://shop.example/\r\nX-Evil: 1", "url"),
        ("http://shop.example/ HTTP/1.1", "url"),
        ("http://shop.example/\x00", "url"),
        ("http://[fe80::1%25eth0]/", "url"),
        ("http://[::1/", "url"),
        ("http://shop.example:99999/", "url"),
        ("http://shop.example:25/", "port"),
        ("http://shop.example:22/", "port"),
        ("https://shop.example:6667/", "port"),
        ("http://shop.example:0/", "port"),
        ("http://shop.example/" + "a" * 2000, "url"),
    ],
)  # fmt: skip
def test_what_is_no_plain_address_of_the_web_is_refused_before_anything_is_asked(url, why):
    with pytest.raises(OutboundRefused) as refused:
        send("GET", url, resolve=lambda *_: pytest.fail("nobody may be asked"))

    assert refused.value.why == why


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("http://SHOP.example:8080/a", "shop.example"),
        ("https://shop.example:443", "shop.example"),
        ("https://متجر.example/مسار?س=1", "xn--pgbep1f.example"),
        ("http://[2606:4700::1]:8443/", "[2606:4700::1]"),
    ],
)
def test_addresses_are_understood_in_their_usual_forms(url, host):
    assert read_url(url).host == host
    assert read_url(url).url.isascii()


@pytest.mark.parametrize(
    ("method", "headers"),
    [
        ("GET", {"X-One": "1\r\nX-Two: 2"}),
        ("GET", {"X-One": "1\n folded"}),
        ("GET", {"X-One\r\nX-Two": "2"}),
        ("GET", {"": "1"}),
        ("GET", {"X-One": "\x00"}),
        ("GET", {"X-One": "سعر"}),
        ("GET", {"Host": "else.example"}),
        ("GET", {"content-length": "1"}),
        ("GET", {"Transfer-Encoding": "chunked"}),
        ("GET / HTTP/1.1\r\nX: 1", {}),
        ("get", {}),
    ],
)
def test_no_header_begins_another_or_speaks_for_the_connection(method, headers):
    with receiving() as there, pytest.raises(OutboundRefused) as refused:
        send(method, there.url, headers=headers, allow_private=True)

    assert (refused.value.why, there.requests) == ("header", [])


def test_an_answer_beyond_the_limit_fails_or_is_cut():
    with receiving(lambda *_: Answer(body=b"x" * 100_000)) as there:
        assert len(send("GET", there.url, allow_private=True, limit_bytes=100_000).body) == 100_000
        with pytest.raises(OutboundFailed) as failed:
            send("GET", there.url, allow_private=True, limit_bytes=99_999)
        assert failed.value.why == "size"
        assert send("GET", there.url, allow_private=True, limit_bytes=7, cut=True).body == b"x" * 7


def test_a_packed_answer_is_measured_unpacked():
    packed = gzip.compress(bytes(50_000_000))
    with receiving(lambda *_: Answer(headers={"Content-Encoding": "gzip"}, body=packed)) as there:
        with pytest.raises(OutboundFailed) as failed:
            send("GET", there.url, allow_private=True, limit_bytes=1_000_000, timeout_s=PATIENCE_S)
        assert failed.value.why == "size"


def drip(part):
    """Sends `part`, then one byte after another for as long as anybody listens."""

    def behave(_request, handler):
        handler.wfile.write(part)
        while not handler.server_ending.wait(0.02):
            handler.wfile.write(b"x")

    return behave


@pytest.mark.parametrize(
    "part",
    [
        b"",
        b"HTTP/1.1 200 OK\r\nX-Long: ",
        b"HTTP/1.1 200 OK\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1000\r\n",
    ],
)
def test_who_sends_byte_after_byte_meets_one_deadline_for_all(part):
    ending = threading.Event()

    def behave(request, handler):
        handler.server_ending = ending
        return drip(part)(request, handler)

    with receiving(behave) as there:
        began = time.monotonic()
        with pytest.raises(OutboundFailed) as failed:
            send("GET", there.url, allow_private=True, timeout_s=0.3)
        took = time.monotonic() - began
        ending.set()

    assert failed.value.why == "timeout"
    assert 0.25 < took < PATIENCE_S  # each byte begins a socket's own timeout anew: that would never end


def test_with_cut_the_status_counts_though_the_body_comes_too_late():
    ending = threading.Event()

    def behave(request, handler):
        handler.server_ending = ending
        return drip(b"HTTP/1.1 202 Accepted\r\n\r\nyes")(request, handler)

    with receiving(behave) as there:
        # long enough that the three letters are there on a busy machine as well
        reply = send("GET", there.url, allow_private=True, timeout_s=2, cut=True)
        ending.set()

    assert (reply.status, reply.body[:3]) == (202, b"yes")


def test_who_accepts_and_never_answers_meets_the_deadline(tmp_path):
    _, client = make_certificate(tmp_path, "127.0.0.1")
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        for url in (f"http://127.0.0.1:{port}", f"https://127.0.0.1:{port}"):
            with pytest.raises(OutboundFailed) as failed:
                send("GET", url, allow_private=True, timeout_s=0.2, tls=client)
            assert failed.value.why == "timeout"


def test_a_resolver_that_hangs_meets_the_deadline():
    ending = threading.Event()

    def hang(_host, _port):
        ending.wait(PATIENCE_S)
        return []

    with pytest.raises(OutboundFailed) as failed:
        send("GET", "http://slow.example/", resolve=hang, timeout_s=0.1)
    ending.set()

    assert failed.value.why == "timeout"


def test_what_went_wrong_is_told_apart():
    def unknown(_host, _port):
        raise socket.gaierror(socket.EAI_NONAME, "not known")

    with socket.create_server(("127.0.0.1", 0)) as taken:
        free = taken.getsockname()[1]
    cases = [
        ("http://nobody.example/", {"resolve": unknown}, "name"),
        ("http://empty.example/", {"resolve": always()}, "name"),
        (f"http://127.0.0.1:{free}/", {"allow_private": True}, "connection"),
    ]
    for url, given, why in cases:
        with pytest.raises(OutboundFailed) as failed:
            send("GET", url, **given)
        assert failed.value.why == why

    def babble(_request, handler):
        handler.wfile.write(b"SSH-2.0-OpenSSH_9.2\r\n\r\n")

    with receiving(babble) as there, pytest.raises(OutboundFailed) as failed:
        send("GET", there.url, allow_private=True)
    assert failed.value.why == "answer"
    with translation.override("en"):
        said = str(failed.value)
    assert said == "127.0.0.1 could not be reached: what it answered is no HTTP."


def test_no_proxy_of_the_environment_is_asked(monkeypatch):
    with receiving() as proxy, receiving() as there:
        monkeypatch.setenv("HTTP_PROXY", proxy.url)
        monkeypatch.setenv("http_proxy", proxy.url)
        assert send("GET", there.url, allow_private=True).status == 200

    assert proxy.requests == []
