"""How many parts an SMS takes: the GSM alphabet where every character is in it, else two bytes each (3GPP TS 23.038)."""

from wafaa.act.messages.rendering.rules import SmsParts

# 3GPP TS 23.038, 6.2.1: the default alphabet; those of its extension take two septets.
GSM = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)
GSM_EXTENSION = frozenset("\f^{}\\[~]|€")
# 140 octets are 160 septets or 70 units; a part of several gives 6 octets to the header that numbers it.
SEPTETS, SEPTETS_OF_PARTS = 160, 153
UNITS, UNITS_OF_PARTS = 70, 67


def count_parts(text: str) -> SmsParts:
    """An empty text has no part. A character of two units, or of two septets, never lies across two parts."""
    outside = tuple(dict.fromkeys(char for char in text if char not in GSM and char not in GSM_EXTENSION))
    if outside:
        sizes = [2 if ord(char) > 0xFFFF else 1 for char in text]
        single, several, encoding = UNITS, UNITS_OF_PARTS, "UCS-2"
    else:
        sizes = [2 if char in GSM_EXTENSION else 1 for char in text]
        single, several, encoding = SEPTETS, SEPTETS_OF_PARTS, "GSM-7"
    units = sum(sizes)
    if units <= single:
        return SmsParts(
            encoding=encoding, units=units, parts=1 if units else 0, left=single - units, lengthens=outside
        )
    parts, used = 1, 0
    for size in sizes:
        if used + size > several:
            parts, used = parts + 1, 0
        used += size
    return SmsParts(encoding=encoding, units=units, parts=parts, left=several - used, lengthens=outside)
