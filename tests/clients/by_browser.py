"""Sends numbered events with Segment's library for browsers in Chromium, nothing but its host set: HOST KEY COUNT FOLDER."""

import shutil
import sys
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from playwright.sync_api import sync_playwright

host, key, count, folder = sys.argv[1], sys.argv[2], int(sys.argv[3]), Path(sys.argv[4])
PATIENCE_MS = 300_000
# As their page says, with the address of the installation for what the library asks first; it then tells where to send.
SEND = """async ([host, writeKey, count]) => {
  const analytics = window.AnalyticsNext.AnalyticsBrowser.load({writeKey, cdnURL: host});
  await analytics.ready();
  await analytics.identify("by-browser");
  for (let n = 0; n < count; n += 20) {
    const some = Array.from({length: Math.min(20, count - n)}, (_, at) => n + at);
    await Promise.all(some.map((n) => analytics.track("Product Viewed", {n, sku: `A${n}`})));
  }
}"""


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_said: object) -> None:
        pass


(folder / "page.html").write_text(
    "<!doctype html><title>shop</title>"
    "<script src='/node_modules/@segment/analytics-next/dist/umd/index.js'></script>"
)
server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder)))
threading.Thread(target=server.serve_forever, daemon=True).start()
with sync_playwright() as playwright:
    flags = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
    browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=flags)
    page = browser.new_page()
    page.set_default_timeout(PATIENCE_MS)
    page.goto(f"http://127.0.0.1:{server.server_port}/page.html")
    page.wait_for_function("() => window.AnalyticsNext")
    page.evaluate(SEND, [host, key, count])
    sys.stdin.readline()  # the page stays open, and tries again, until whoever started this has seen everything
    browser.close()
server.shutdown()
