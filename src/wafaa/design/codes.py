"""QR codes (ISO 18004) as SVG, black on white whatever the page's colours: cameras want it so."""

from typing import Any

import qrcode
import qrcode.image.svg
from django.utils.safestring import SafeString, mark_safe


def draw_qr(text: str) -> SafeString:
    image = _make(text).make_image(image_factory=qrcode.image.svg.SvgPathFillImage)
    drawn: str = image.to_string(encoding="unicode")
    return mark_safe(drawn[drawn.index("<svg") :])  # noqa: S308  (only squares, whatever the text)


def list_modules(text: str) -> list[list[bool]]:
    """Row by row which squares are dark, for whoever paints it otherwise."""
    modules: list[list[bool]] = _make(text).get_matrix()
    return modules


def _make(text: str) -> qrcode.QRCode[Any]:
    """It can lose 15 % of itself to scratches and still be read; four empty squares around it are the standard's."""
    code: qrcode.QRCode[Any] = qrcode.QRCode(error_correction=qrcode.constants.ERROR_CORRECT_M, border=4)
    code.add_data(text)
    code.make(fit=True)
    return code
