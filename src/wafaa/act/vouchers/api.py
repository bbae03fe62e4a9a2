"""Vouchers for programs: pools and their codes, and what is done with a code."""

from ninja import Router

from wafaa.access.keys.api import ReadKey
from wafaa.act.vouchers.cards.api import router as cards
from wafaa.act.vouchers.checkout.api import router as checkout
from wafaa.act.vouchers.pooling.api import router as pooling

router = Router(auth=ReadKey(), tags=["vouchers"])
router.add_router("", pooling)
router.add_router("", checkout)
router.add_router("", cards)
