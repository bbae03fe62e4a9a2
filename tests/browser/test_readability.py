"""A policy is measured beside its rewriting, in both languages, by whoever is signed in."""

from playwright.sync_api import Page, expect

from tests.browser.conftest import CROSSED, keep_picture
from tests.browser.looks import assert_looks_right

POLICY = {
    "en": "The Buyer shall, pursuant to the terms hereinafter set out and notwithstanding any provision to the contrary, "
    "be entitled to reimbursement, provided that the merchandise has not been utilised, damaged or altered in any respect.",
    "ar": "يحق للمشتري بموجب هذه الشروط ودون الإخلال بأحكام النظام المعمول به أن يطلب استرداد المبلغ المدفوع خلال المدة المحددة"
    " أعلاه، على ألا تكون البضاعة قد استعملت أو تضررت، وأن تعاد في غلافها الأصلي مع الفاتورة.",
}
PLAIN = {
    "en": "You can send goods back within 14 days. We pay you back in a week. They must be new.",
    "ar": "يمكنك إرجاع المنتج خلال 14 يومًا. نعيد لك المبلغ خلال أسبوع. احتفظ بالفاتورة والعلبة.",
}


@CROSSED
def test_a_policy_stands_beside_its_rewriting(owner_page: Page, language: str, size: str):
    owner_page.goto("/readability/")
    owner_page.locator("textarea[name=text]").fill(POLICY[language])
    owner_page.locator("textarea[name=rewritten]").fill(PLAIN[language])
    owner_page.locator("main form button[type=submit]").click()

    expect(owner_page.locator("mark.very-hard")).to_have_count(1)
    expect(owner_page.locator(".measured-text")).to_have_count(2)
    keep_picture(owner_page, "readability-measured", language, size)
    assert_looks_right(owner_page, language)
