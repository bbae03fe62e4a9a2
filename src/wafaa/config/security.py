"""What browsers are told about our pages."""

from typing import Any


def build_policy(*, has_tls: bool) -> dict[str, Any]:
    """The content security policy: everything from this host, no inline script, no eval, nothing framed.

    Styles too come from files only: charts are drawn with presentation attributes, and what scripts set on an element's
    style is no inline style. Without TLS there is nothing to upgrade to.
    """
    directives: dict[str, Any] = {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "manifest-src": ["'self'"],
        "object-src": ["'none'"],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
        "form-action": ["'self'"],
    }
    if has_tls:
        directives["upgrade-insecure-requests"] = True
    return {"DIRECTIVES": directives}


# Nothing of a console needs these; the till will ask for its camera.
PERMISSIONS = ", ".join(
    f"{feature}=()"
    for feature in (
        "accelerometer",
        "autoplay",
        "camera",
        "display-capture",
        "geolocation",
        "gyroscope",
        "magnetometer",
        "microphone",
        "midi",
        "payment",
        "publickey-credentials-get",
        "screen-wake-lock",
        "usb",
        "xr-spatial-tracking",
    )
)
