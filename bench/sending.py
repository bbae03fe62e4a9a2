"""A client that costs little: requests made beforehand, sent over connections that stay open, one at a time on each."""

import selectors
import socket
import time
from collections.abc import Generator, Sequence
from dataclasses import dataclass, field

_OK = b"HTTP/1.1 200 "
_LENGTH = b"content-length: "
PATIENCE_S = 60


def make_request(path: str, key: str, body: bytes) -> bytes:
    head = (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {key}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


@dataclass(kw_only=True)
class Sent:
    """How long all of them took, and each of them, in seconds."""

    seconds: float = 0.0
    waits: list[float] = field(default_factory=list)

    @property
    def p95(self) -> float:
        return sorted(self.waits)[int(len(self.waits) * 0.95)]


# Yields requests, each when it got the answer to the one before: one connection's part of a conversation.
Speaker = Generator[bytes, bytes, None]


def send_all(port: int, requests: Sequence[bytes], *, connections: int) -> Sent:
    """Every request is answered with 200; whoever has its answer sends the next one."""
    waiting = iter(requests)

    def speak() -> Speaker:
        for request in waiting:  # noqa: UP028  (an iterator is not told answers)
            yield request

    return talk(port, [speak() for _ in range(connections)])


def talk(port: int, speakers: Sequence[Speaker]) -> Sent:
    """Each over a connection of its own, until none has more to say. Every request is answered with 200."""
    sent = Sent()
    with selectors.DefaultSelector() as selector:
        lines = [socket.create_connection(("127.0.0.1", port), PATIENCE_S) for _ in speakers]
        started = time.perf_counter()
        for line, speaker in zip(lines, speakers, strict=True):
            line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if (request := next(speaker, None)) is not None:
                line.sendall(request)
                selector.register(line, selectors.EVENT_READ, [time.perf_counter(), b"", speaker])
        while selector.get_map():
            ready = selector.select(PATIENCE_S)
            assert ready, "the server does not answer"
            for found, _events in ready:
                ready_line, state = found.fileobj, found.data
                assert isinstance(ready_line, socket.socket)
                state[1] += ready_line.recv(65_536)
                if not _is_whole(state[1]):
                    continue
                assert state[1].startswith(_OK), state[1][:2_000]
                now = time.perf_counter()
                sent.waits.append(now - state[0])
                try:
                    request = state[2].send(state[1].partition(b"\r\n\r\n")[2])
                except StopIteration:
                    selector.unregister(ready_line)
                    continue
                state[0], state[1] = now, b""
                ready_line.sendall(request)
        sent.seconds = time.perf_counter() - started
        for line in lines:
            line.close()
    return sent


def _is_whole(answer: bytes) -> bool:
    head, end, body = answer.partition(b"\r\n\r\n")
    if not end:
        assert answer, "the server hung up"
        return False
    lower = head.lower()
    if _LENGTH not in lower:
        return body.endswith(b"0\r\n\r\n")  # in chunks
    place = lower.index(_LENGTH) + len(_LENGTH)
    return len(body) >= int(lower[place:].split(b"\r\n", 1)[0])
