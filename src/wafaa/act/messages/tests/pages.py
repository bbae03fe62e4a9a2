"""A shop's page as tests need it: its key, its server that signs who is before it, a browser, a push service."""

import base64
import hashlib
import hmac
import json
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, utils
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.test import Client

from wafaa.access.keys.actions import create_key
from wafaa.access.keys.rules import Scope
from wafaa.act.messages.proving import make_secret
from wafaa.kit import clock

AGENT = "Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 Chrome/140.0 Mobile Safari/537.36"


def b64(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def unb64(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def sign(secret, *, header=None, **claims):
    """What the guide tells the shop's server to do."""
    head = b64(json.dumps(header or {"alg": "HS256", "typ": "JWT"}).encode())
    signed = f"{head}.{b64(json.dumps(claims).encode())}"
    return f"{signed}.{b64(hmac.digest(secret.encode(), signed.encode(), hashlib.sha256))}"


class ShopPage:
    """A page of a shop in one browser."""

    def __init__(self, user="1", *, key=None):
        self.key = key or create_key(name="site", scope=Scope.INGEST, by=None)
        self.token = self.sign(user)
        self.client = Client(enforce_csrf_checks=True, headers={"user-agent": AGENT})

    def sign(self, user, **claims):
        claims = {"exp": int(clock.now().timestamp()) + 3_600, **claims}
        return sign(make_secret(self.key.key.public_id), sub=user, **claims)

    def ask(self, path="inbox", *, token=None, **told):
        body = {"writeKey": self.key.text, "userToken": self.token if token is None else token, **told}
        return self.client.post(f"/v1/{path}", json.dumps(body), content_type="text/plain")

    def look(self, **told):
        reply = self.ask(**told)
        assert reply.status_code == 200, reply.content
        return reply.json()

    def subscribe(self, browser, **told):
        return self.ask("push", subscription=browser.subscription, **told)


class Browser:
    """What RFC 8291 calls the user agent: has a key pair and a secret, and can open what is pushed to it."""

    def __init__(self, service, name):
        self.name = name
        self.private = ec.generate_private_key(ec.SECP256R1())
        self.auth = bytes(range(16))
        self.endpoint = f"{service.url}/push/{name}"
        self.shown = []
        service.browsers[name] = self

    @property
    def public(self):
        return self.private.public_key().public_bytes(
            serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
        )

    @property
    def subscription(self):
        keys = {"p256dh": b64(self.public), "auth": b64(self.auth)}
        return {"endpoint": self.endpoint, "expirationTime": None, "keys": keys}

    def open(self, body):
        return json.loads(open_sealed(body, self.private, self.auth))


def open_sealed(body, private, auth):
    """Written from RFC 8188 and 8291, apart from what seals."""
    salt, size, length = body[:16], int.from_bytes(body[16:20], "big"), body[20]
    sender, record = body[21 : 21 + length], body[21 + length :]
    assert len(record) <= size
    own = private.public_key().public_bytes(
        serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
    )
    shared = private.exchange(ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), sender))

    def expand(secret, salt, info, length):
        return HKDF(algorithm=hashes.SHA256(), length=length, salt=salt, info=info).derive(secret)

    ikm = expand(shared, auth, b"WebPush: info\x00" + own + sender, 32)
    key = expand(ikm, salt, b"Content-Encoding: aes128gcm\x00", 16)
    nonce = expand(ikm, salt, b"Content-Encoding: nonce\x00", 12)
    plain = AESGCM(key).decrypt(nonce, record, None)
    content, delimiter, padding = plain.rpartition(b"\x02")
    assert delimiter
    assert not padding.strip(b"\0")
    return content


class PushService:
    """Takes what is pushed as RFC 8030 says, checks who pushes (RFC 8292), and opens it with the browser's key."""

    def __init__(self, url):
        self.url = url
        self.browsers = {}
        self.answers = {}  # by the browser's name: status, headers
        self.came = []  # (browser's name, headers, what it says)
        self.lock = threading.Lock()

    def take(self, name, headers, body):
        status, more = self.answers.get(name, (201, {"Location": f"{self.url}/m/{len(self.came)}"}))
        if status == 201:
            self.check(headers)
            with self.lock:
                self.came.append((name, headers, self.browsers[name].open(body)))
        return status, more

    def check(self, headers):
        token, _comma, key = headers["Authorization"].removeprefix("vapid t=").partition(", k=")
        signed, _dot, signature = token.rpartition(".")
        head, claims = (json.loads(unb64(part)) for part in signed.split("."))
        r, s = (int.from_bytes(half, "big") for half in (unb64(signature)[:32], unb64(signature)[32:]))
        public = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), unb64(key))
        public.verify(utils.encode_dss_signature(r, s), signed.encode(), ec.ECDSA(hashes.SHA256()))
        assert (head["alg"], claims["aud"]) == ("ES256", self.url)
        assert claims["sub"].startswith(("mailto:", "https://"))
        assert headers["Content-Encoding"] == "aes128gcm"
        assert int(headers["TTL"]) >= 0


@contextmanager
def serving_push():
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            status, more = service.take(self.path.rpartition("/")[2], dict(self.headers), body)
            self.send_response(status)
            for name, value in {"Content-Length": "0", **more}.items():
                self.send_header(name, value)
            self.end_headers()

        def log_message(self, *_said):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    service = PushService(f"http://127.0.0.1:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield service
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
