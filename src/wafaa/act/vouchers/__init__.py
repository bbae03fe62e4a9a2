"""Codes that give something: made, held during a checkout, used as often as they may be and never once more."""
