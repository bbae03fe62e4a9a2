"""What every page must be, whoever made it: accessible, in one language, in its direction, no wider than the screen."""

import re

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

# Names that are the same in every language.
SAME_EVERYWHERE = {
    "Wafaa",
    "API",
    "CSV",
    "TSV",
    "XLSX",
    "Parquet",
    "RFM",
    "NPS",
    "CSAT",
    "CES",
    "SQL",
    "DuckDB",
    "English",
    "UTF",
    "HTML",
    "gzip",
    "https",
    "HTTP",
    "JSON",
    "POST",
    "Excel",
    "Word",
    "PowerPoint",
    "OpenDocument",
    "PDF",
    "QR",
    "PNG",
    "SVG",
    "JPEG",
    "WebP",
    "REST",
    "MJML",
    # names that templates and limits of messages go by
    "header",
    "footer",
    "smtp",
    "domain",
    "gmail",
    "offers",
    "news",
    "Shopify",
    "WooCommerce",
    "WordPress",
    "HubSpot",
    "Chatwoot",
    "Zammad",
    # the beginnings and ends by which one knows the right value
    "nujum",
    "Nujum",
    "myshopify",
    "KWD",
    "com",
    "example",
    "shpat",
    "ck",
    "cs",
}

# Text outside of what is marked as data (<bdi>, code, pictures made of data) and the words of attributes.
_COLLECT_WORDS = """() => {
  const words = [];
  const isData = (node) => node.closest('bdi, code, pre, .code, .chart, option, [lang="en"], script, style, svg, [data-raw]');
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const parent = walker.currentNode.parentElement;
    if (parent && !isData(parent)) words.push(walker.currentNode.textContent);
  }
  for (const name of ['aria-label', 'title', 'placeholder', 'alt']) {
    for (const node of document.querySelectorAll(`[${name}]`)) {
      if (!isData(node)) words.push(node.getAttribute(name));
    }
  }
  words.push(document.title);
  return words;
}"""


# Data in plain text stands between isolates, as <bdi> does in markup.
ISOLATED = re.compile("\N{FIRST STRONG ISOLATE}[^\N{POP DIRECTIONAL ISOLATE}]*\N{POP DIRECTIONAL ISOLATE}")


def list_untranslated(page: Page) -> list[str]:
    """Words in Latin letters that stand outside of data."""
    texts = page.evaluate(_COLLECT_WORDS)
    found = {word for text in texts for word in re.findall(r"[A-Za-z]{2,}", ISOLATED.sub(" ", text))}
    return sorted(found - SAME_EVERYWHERE)


# A page keeps the half megabyte of axe that was put into it once.
_HAS_AXE = "() => Boolean(window.axe)"
_RUN_AXE = """(rules) => axe.run(document, {resultTypes: ['violations'], rules}).then((told) =>
  told.violations.flatMap((broken) =>
    broken.nodes.map((node) => `${broken.id}: ${node.target} ${node.html.slice(0, 160)}`)))"""


def list_axe_violations(page: Page, *, with_contrast: bool = True) -> list[str]:
    """Colours are half of the work, and the same at any width."""
    if not page.evaluate(_HAS_AXE):
        page.evaluate(AXE_SCRIPT)
    rules = {} if with_contrast else {"color-contrast": {"enabled": False}}
    told: list[str] = page.evaluate(_RUN_AXE, rules)
    return told


# htmx marks who waits for an answer, or for its place on the page.
_SETTLE = """(patience) => new Promise((resolve) => {
  const deadline = performance.now() + patience;
  const look = () => {
    const settled = document.readyState === 'complete' && document.fonts.status === 'loaded'
      && !document.querySelector('.htmx-request, .htmx-swapping, .htmx-settling, .htmx-added');
    if (settled || performance.now() > deadline) resolve(settled); else setTimeout(look, 20);
  };
  look();
})"""
SETTLE_PATIENCE_MS = 20_000


def wait_until_settled(page: Page) -> None:
    """A page that was just gone to, with all that it fetches by itself at once; half a second quicker than an idle network."""
    assert page.evaluate(_SETTLE, SETTLE_PATIENCE_MS), f"{page.url} is never done"


def assert_looks_right(page: Page, language: str) -> None:
    """All of the above at once, so that one run tells everything about a page."""
    page.wait_for_load_state("networkidle")
    assert_looks_right_now(page, language)


def assert_looks_right_now(page: Page, language: str, *, with_contrast: bool = True) -> None:
    """Without waiting for the network: a page whose frames are exchanged never counts as idle."""
    problems = list_axe_violations(page, with_contrast=with_contrast)
    if page.evaluate("document.dir") != ("rtl" if language == "ar" else "ltr"):
        problems.append("wrong direction")
    if language == "ar" and (words := list_untranslated(page)):
        problems.append(f"untranslated: {', '.join(words)}")
    too_wide = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    if too_wide > 0:
        problems.append(f"{too_wide} px wider than the screen")
    assert not problems, f"{page.url}:\n" + "\n".join(problems)
