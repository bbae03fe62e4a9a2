"""How the shop's own pages show messages: what to put into them, the secret that says who is signed in, notifications."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from wafaa.access.keys.errors import KeyNotFound
from wafaa.access.keys.models import ApiKey
from wafaa.access.keys.queries import get_key, list_keys
from wafaa.access.keys.rules import Scope
from wafaa.access.staff.http import StaffRequest
from wafaa.access.staff.rules import Capability
from wafaa.act.messages.actions.onsite import note_secret_shown
from wafaa.act.messages.onsite_queries import count_subscriptions
from wafaa.act.messages.pages.console import build_trail, sends
from wafaa.act.messages.proving import make_secret
from wafaa.kit import clock

# What a shop's server does in its own words; `secret` and `user` stand for its own.
SIGNING = (
    (
        "PHP",
        """function wafaa_token($secret, $user) {
  $encode = fn($text) => rtrim(strtr(base64_encode($text), '+/', '-_'), '=');
  $signed = $encode('{"alg":"HS256","typ":"JWT"}') . '.' .
    $encode(json_encode(['sub' => (string) $user, 'exp' => time() + 3600]));
  return $signed . '.' . $encode(hash_hmac('sha256', $signed, $secret, true));
}""",
    ),
    (
        "Python (PyJWT)",
        """jwt.encode({"sub": str(user), "exp": int(time.time()) + 3600}, secret, algorithm="HS256")""",
    ),
    (
        "JavaScript (jsonwebtoken)",
        """jwt.sign({sub: String(user)}, secret, {algorithm: "HS256", expiresIn: "1h"})""",
    ),
)


@sends
@require_http_methods(["GET", "POST"])
def onsite(request: StaffRequest) -> HttpResponse:
    """A POST shows the secret of one key, to whoever may make keys; that it was shown is noted."""
    may_see = request.staff.may(Capability.MANAGE_KEYS)
    keys = [key for key in list_keys() if is_live(key)]
    secret, shown = "", None
    if request.method == "POST" and may_see:
        shown = _find(request.POST.get("key", ""), keys)
        if shown is not None:
            secret = make_secret(shown.public_id)
            note_secret_shown(key=shown, by=request.staff)
    context = {
        "keys": keys,
        "shown": shown,
        "secret": secret,
        "may_see": may_see,
        "signing": SIGNING,
        "origin": f"{request.scheme}://{request.get_host()}",
        "subscriptions": count_subscriptions(),
        "trail": build_trail(),
    }
    return render(request, "messages/onsite.html", context)


def is_live(key: ApiKey) -> bool:
    """Whether pages can send with it."""
    expired = key.expires_at is not None and key.expires_at <= clock.now()
    return key.scope == Scope.INGEST and key.revoked_at is None and not expired


def _find(public_id: str, keys: list[ApiKey]) -> ApiKey | None:
    try:
        found = get_key(public_id)
    except KeyNotFound:
        return None
    return found if found in keys else None
