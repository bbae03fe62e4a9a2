"""What this room says to everybody who listens, and what it hears. Pure."""

from typing import Final

from wafaa.decide.loyalty.rules import AWARDED, JOINED, ORDER_EVENTS, REVERSED

CHANGED: Final = "Tier Changed"
ENDING: Final = "Tier Ending"
HEARS: Final = (*ORDER_EVENTS, AWARDED, REVERSED, JOINED)
