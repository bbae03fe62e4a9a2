"""Sets Django up, for every process."""

import gc


def load_django() -> None:
    """In two thirds of the time: what is loaded stays to the end, so nobody looks through it for garbage, now or at the end."""
    gc.disable()
    try:
        import django

        django.setup()
    finally:
        gc.freeze()
        gc.enable()
