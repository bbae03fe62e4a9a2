"""Handing mails over: what a server may say at each step, and what that means."""

import pytest

from wafaa.act.messages.channels.email.smtp import Server, drop_line, hand_over
from wafaa.act.messages.tests.servers import serving_mail
from wafaa.kit.tests.receivers import make_certificate

MAIL = b"Subject: x\r\n\r\n.a dot at the beginning\r\nof a line\r\n"


@pytest.fixture(params=[True, False], ids=["pipelining", "one by one"])
def server(request):
    with serving_mail(pipelines=request.param) as running:
        yield running
    drop_line()


def send(server, to="a@example.com", mail=MAIL):
    return hand_over(
        Server(host="127.0.0.1", port=server.port, timeout_s=5), sender="s@example.com", to=to, mail=mail
    )


def test_mails_arrive_as_they_are_over_one_line(server):
    outcomes = [send(server, f"p{number}@example.com") for number in range(3)]

    assert [(one.verdict, one.status) for one in outcomes] == [("delivered", 250)] * 3
    assert outcomes[0].answer == "2.0.0 queued as 1"
    assert server.taken == [(f"p{number}@example.com", MAIL) for number in range(3)]
    assert server.lines == 1


@pytest.mark.parametrize(
    ("answer", "verdict", "error"),
    [
        ("550 5.1.1 no such mailbox", "parked", "mail_refused"),
        ("450 4.2.1 come back", "failed", "not_now"),
        ("421 4.3.2 going down", "failed", "server_busy"),
    ],
)
@pytest.mark.parametrize("step", ["", "data:"])
def test_what_the_server_says_decides_and_the_line_goes_on(server, step, answer, verdict, error):
    server.answers[f"{step}bad@example.com"] = answer

    outcome = send(server, "bad@example.com")
    after = send(server, "good@example.com")

    assert (outcome.verdict, outcome.error, outcome.status) == (verdict, error, int(answer[:3]))
    assert outcome.blames_destination is (error == "server_busy")
    assert after.verdict == "delivered"
    assert [to for to, _mail in server.taken] == ["good@example.com"]


def test_a_line_that_breaks_before_the_answer_says_that_nobody_knows(server):
    server.answers["data:a@example.com"] = "cut"

    outcome = send(server)

    assert (outcome.verdict, outcome.error) == ("failed", "line_lost")
    assert len(server.taken) == 1


def test_a_server_that_filters_for_long_before_it_answers_is_waited_for():
    with serving_mail() as server:
        server.slow_s = 0.5
        hasty = {"host": "127.0.0.1", "port": server.port, "timeout_s": 0.2}
        taken = hand_over(Server(**hasty), sender="s@e.com", to="a@e.com", mail=MAIL)
        given_up = hand_over(Server(**hasty, taking_s=0.1), sender="s@e.com", to="b@e.com", mail=MAIL)
    drop_line()

    assert (taken.verdict, taken.answer) == ("delivered", "2.0.0 queued as 1")
    assert (given_up.verdict, given_up.error) == ("failed", "line_lost")
    assert Server(**hasty).taking_s == 600


def test_a_server_over_tls_must_prove_who_it_is(tmp_path, monkeypatch):
    context, _client = make_certificate(tmp_path, "127.0.0.1")
    with serving_mail(tls=context) as server:
        over_tls = Server(host="127.0.0.1", port=server.port, is_tls=True, timeout_s=5)
        stranger = hand_over(over_tls, sender="s@e.com", to="a@e.com", mail=MAIL)
        assert (stranger.verdict, stranger.error, server.taken) == ("failed", "no_server", [])

        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "certificate.pem"))
        assert hand_over(over_tls, sender="s@e.com", to="a@e.com", mail=MAIL).verdict == "delivered"
        drop_line()


def test_a_kept_line_that_the_server_has_closed_is_opened_anew_without_a_word(server):
    send(server)
    server.cut_all()

    assert send(server).verdict == "delivered"
    assert (len(server.taken), server.lines) == (2, 2)


def test_where_nobody_listens_nothing_was_handed_over():
    with serving_mail() as server:
        port = server.port
    outcome = hand_over(
        Server(host="127.0.0.1", port=port, timeout_s=5), sender="s@e.com", to="a@e.com", mail=MAIL
    )

    assert (outcome.verdict, outcome.error, outcome.blames_destination) == ("failed", "no_server", True)
