"""A mail server on loopback that can be told what to answer: speaks RFC 5321, with or without PIPELINING."""

import socket
import socketserver
import threading
import time
from contextlib import contextmanager, suppress
from email import message_from_bytes, policy


class Server(socketserver.ThreadingTCPServer):
    """`answers` by recipient: to RCPT, or (behind "data:") to the mail itself; "cut" ends the line instead."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self, *, pipelines=True, tls=None):
        super().__init__(("127.0.0.1", 0), _Talk)
        if tls:
            self.socket = tls.wrap_socket(self.socket, server_side=True, do_handshake_on_connect=False)
        self.pipelines = pipelines
        self.answers = {}
        self.taken = []  # (recipient, mail as bytes)
        self.lines = 0  # how many connections were opened
        self.slow_s = 0.0  # before it takes a mail
        self.lock = threading.Lock()
        self.open = []

    @property
    def port(self):
        return self.server_address[1]

    def handle_error(self, request, client_address):
        """A client that was killed is none of ours."""

    def cut_all(self):
        """As servers do with lines that idle."""
        for line in self.open:
            with suppress(OSError):
                line.shutdown(socket.SHUT_RDWR)

    @property
    def mails(self):
        return [message_from_bytes(mail, policy=policy.default) for _to, mail in self.taken]


class _Talk(socketserver.StreamRequestHandler):
    def handle(self):
        with self.server.lock:
            self.server.lines += 1
            self.server.open.append(self.request)
        self.to = ""
        self.refused = False
        self.say("220 ready")
        for line in self.rfile:
            verb = line[:4].strip().upper().decode()
            if not getattr(self, f"on_{verb.lower()}", self.on_other)(line.decode().strip()):
                return

    def say(self, text):
        self.wfile.write(text.encode() + b"\r\n")
        return True

    def on_ehlo(self, _line):
        if self.server.pipelines:
            self.say("250-here")
            return self.say("250 PIPELINING")
        return self.say("250 here")

    def on_rcpt(self, line):
        self.to = line.partition("<")[2].partition(">")[0]
        answer = self.server.answers.get(self.to, "250 fine")
        self.refused = not answer.startswith("2")
        return self.say(answer)

    def on_data(self, _line):
        if self.refused and not self.server.pipelines:
            return self.say("503 no recipient")
        self.say("354 go on")
        mail = b""
        while (line := self.rfile.readline()) not in {b".\r\n", b""}:
            mail += line[1:] if line.startswith(b".") else line
        if self.refused:
            return self.say("554 no valid recipients")
        time.sleep(self.server.slow_s)
        answer = self.server.answers.get(f"data:{self.to}", "250 2.0.0 queued as 1")
        if answer in {"250 2.0.0 queued as 1", "cut"}:
            with self.server.lock:
                self.server.taken.append((self.to, mail))
        return answer != "cut" and self.say(answer)

    def on_quit(self, _line):
        self.say("221 bye")
        return False

    def on_other(self, _line):
        return self.say("250 fine")


@contextmanager
def serving_mail(**given):
    with Server(**given) as server:
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        yield server
        server.shutdown()
