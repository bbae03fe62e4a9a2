import pytest

from wafaa.kit.sealing import SealBroken, seal, unseal


def test_what_is_sealed_opens_for_its_own_purpose_only():
    sealed = seal("سر whsec_1", purpose="webhook")

    assert "whsec" not in sealed
    assert sealed.isascii()
    assert unseal(sealed, purpose="webhook") == "سر whsec_1"
    with pytest.raises(SealBroken):
        unseal(sealed, purpose="connection")


def test_an_older_secret_key_still_opens_and_a_lost_one_does_not(settings):
    settings.SECRET_KEY = "first"
    sealed = seal("word", purpose="webhook")
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "second", ["first"]
    assert unseal(sealed, purpose="webhook") == "word"

    settings.SECRET_KEY_FALLBACKS = []
    with pytest.raises(SealBroken):
        unseal(sealed, purpose="webhook")


@pytest.mark.parametrize("text", ["", "nonsense", "غير"])
def test_what_was_never_sealed_does_not_open(text):
    with pytest.raises(SealBroken):
        unseal(text, purpose="webhook")
