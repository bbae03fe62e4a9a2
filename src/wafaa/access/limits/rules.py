"""The limits themselves, with the reason for each number."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Limit:
    """So many at once (`burst`), then one more every `every_s` seconds (the generic cell rate algorithm)."""

    name: str
    burst: int
    every_s: int


# Typing errors happen five times in a row, guessing much more often.
SIGN_IN_PAIR = Limit(name="sign_in_pair", burst=5, every_s=60)
# Over all addresses together: 30 at once and one a minute stay below 100 an hour (ASVS 2.2.1). Higher than the pair's,
# so that a stranger who guesses does not at once lock out the person who signs in from the shop.
SIGN_IN_ACCOUNT = Limit(name="sign_in_account", burst=30, every_s=60)
# A whole shop may share one address; six a minute are too few for spraying one password over many accounts.
SIGN_IN_ADDRESS = Limit(name="sign_in_address", burst=30, every_s=10)
# A mail may be late once or twice; more would fill somebody's mailbox.
RESET_ACCOUNT = Limit(name="reset_account", burst=3, every_s=20 * 60)
RESET_ADDRESS = Limit(name="reset_address", burst=10, every_s=60)
# One in a million per guess: five at once and one a minute need a year for a chance of one in two.
SECOND_FACTOR = Limit(name="second_factor", burst=5, every_s=60)
CONFIRM = Limit(name="confirm", burst=5, every_s=60)
# Each file is read by the analyst, which serves everybody.
UPLOAD = Limit(name="upload", burst=30, every_s=20)
# Nobody reads an export every ten seconds; who copies the business away does.
EXPORT = Limit(name="export", burst=30, every_s=10)
