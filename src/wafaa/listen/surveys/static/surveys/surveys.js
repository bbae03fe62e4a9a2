/* Wafaa's surveys on a shop's pages, as a part of the page or as a pop-up.

   <div data-wafaa-survey="TOKEN"><a href="https://.../s/TOKEN/">Answer our survey</a></div>
   <div data-wafaa-popup="TOKEN" data-event="Order Completed"></div>
   <script async src="https://.../surveys.js"></script>

   What makes a pop-up appear; all that are given must hold, without any it is the page itself:
     data-event="NAME"      after wafaa("track", "NAME") on this page; several names with | between
     data-path="/thanks*"   on these pages; several with | between, * for anything
     data-exit              when the mouse leaves through the top, or after going back up on a phone
     data-after="8"         so many seconds later
     data-audience="known"  whom wafaa("identify") named, or "unknown"
     data-share="25"        to 25 of 100 visitors
     data-quiet="30"        not again within so many days, 30 unless told; who answered is left in peace for a year
   Both kinds: data-language="ar", and data-with="order_id=1&sku=A1" for hidden fields. wafaaSurveys.show("TOKEN") shows one at once.

   One pop-up a page. Asks nobody but the server it came from, sets no cookie; keeps when a pop-up was shown, and nothing else. */
(function (window, document) {
  "use strict";
  var tag = document.currentScript || document.querySelector("script[src*='surveys.js']");
  if (!tag || window.wafaaSurveys) return;

  var HOST = new URL(tag.src).origin;
  var KEPT = "wafaa.surveys";
  var DAY_MS = 86400000;
  var QUIET_DAYS = 30;
  var ANSWERED_DAYS = 365;
  var FRAME_HEIGHT_MAX = 5000;
  var LOOK_MS = 300;
  var LOOKS_MAX = 100; // for wafaa.js, which may come later: half a minute
  var WORDS = {
    en: { title: "A short survey", close: "Close the survey", here: "A short survey has opened at the end of the page." },
    ar: { title: "استبيان قصير", close: "إغلاق الاستبيان", here: "فُتح استبيان قصير في آخر الصفحة." },
  };
  var CSS =
    ":host{all:initial!important;display:block!important}*{box-sizing:border-box;margin:0;padding:0}" +
    ".box{position:fixed;inset-block-end:16px;inset-inline-end:16px;z-index:2147483000;inline-size:min(420px,calc(100vw - 32px));max-block-size:min(640px,calc(100vh - 32px));display:flex;flex-direction:column;background:#fff;color:#1c2430;border:1px solid #c9d0d6;border-radius:12px;box-shadow:0 8px 32px #0004;overflow:hidden;font:15px/1.6 system-ui,'Segoe UI',Tahoma,'Noto Sans Arabic',sans-serif}" +
    "header{display:flex;align-items:center;justify-content:space-between;padding-block:4px;padding-inline:16px 4px;border-block-end:1px solid #e3e7ea}h2{font-size:1em;font-weight:600}" +
    "button{inline-size:44px;block-size:44px;border:0;background:none;color:inherit;font-size:22px;cursor:pointer;border-radius:8px}:focus-visible{outline:2px solid #0f6b5c;outline-offset:-2px}" +
    ".frame{overflow:auto;flex:1 1 auto}iframe{display:block;inline-size:100%;border:0}" +
    ".sr{position:absolute;inline-size:1px;block-size:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}" +
    "@media(max-width:480px){.box{inset-inline:0;inset-block-end:0;inline-size:auto;max-block-size:80vh;border-radius:16px 16px 0 0}}" +
    "@media(prefers-reduced-motion:no-preference){.box{animation:in .25s ease-out}@keyframes in{from{transform:translateY(24px);opacity:0}}}";

  var frames = [];
  var told = {}; // names of events that this page has told
  var waiting = []; // pop-ups whose event has not come
  var open = null;

  /* Local storage throws where it is full or forbidden; then nothing is remembered. */
  function recall(token) {
    try {
      return (JSON.parse(window.localStorage.getItem(KEPT)) || {})[token] || {};
    } catch (error) {
      return {};
    }
  }

  function remember(token, name, value) {
    try {
      var all = JSON.parse(window.localStorage.getItem(KEPT)) || {};
      all[token] = all[token] || {};
      all[token][name] = value;
      window.localStorage.setItem(KEPT, JSON.stringify(all));
    } catch (error) {
      return;
    }
  }

  function speak(element) {
    var given = element.getAttribute("data-language") || document.documentElement.lang || window.navigator.language || "";
    return given.slice(0, 2).toLowerCase() === "ar" ? "ar" : "en";
  }

  function makeFrame(token, element, done) {
    var language = speak(element);
    var query = new URLSearchParams(element.getAttribute("data-with") || "");
    query.set("embed", "1");
    if (element.getAttribute("data-language") || document.documentElement.lang) query.set("lang", language);
    var frame = document.createElement("iframe");
    frame.src = HOST + "/s/" + encodeURIComponent(token) + "/?" + query;
    frame.title = WORDS[language].title;
    frame.style.cssText = "display:block;width:100%;border:0;height:320px";
    frame.loading = "lazy";
    frames.push({ frame: frame, done: done });
    return frame;
  }

  /* A frame says how tall it is, and when everything is answered. Only a frame of ours, from our own server, is heard. */
  window.addEventListener("message", function (message) {
    if (message.origin !== HOST || !message.data || message.data.wafaa !== "survey") return;
    frames.forEach(function (known) {
      if (message.source !== known.frame.contentWindow) return;
      var height = Number(message.data.height);
      if (height > 0) known.frame.style.height = Math.min(Math.ceil(height), FRAME_HEIGHT_MAX) + "px";
      if (message.data.done && known.done) known.done();
    });
  });

  function putInline(element) {
    if (element.wafaaFrame) return;
    element.wafaaFrame = makeFrame(element.getAttribute("data-wafaa-survey"), element);
    element.textContent = "";
    element.appendChild(element.wafaaFrame);
  }

  function show(token, element) {
    if (open || !document.body) return;
    var language = speak(element);
    var words = WORDS[language];
    var host = document.createElement("div");
    var root = host.attachShadow({ mode: "open" });
    var style = document.createElement("style");
    if (tag.nonce) style.nonce = tag.nonce;
    style.textContent = CSS;
    var sheet = window.CSSStyleSheet && "adoptedStyleSheets" in root && new window.CSSStyleSheet();
    if (sheet) {
      sheet.replaceSync(CSS);
      root.adoptedStyleSheets = [sheet];
    } else {
      root.appendChild(style);
    }
    var before = document.activeElement;
    var box = add(root, "section", "box");
    box.setAttribute("role", "dialog");
    box.setAttribute("aria-labelledby", "title");
    box.lang = language;
    box.dir = language === "ar" ? "rtl" : "ltr";
    var head = add(box, "header");
    var title = add(head, "h2");
    title.id = "title";
    title.textContent = words.title;
    var close = add(head, "button");
    close.type = "button";
    close.setAttribute("aria-label", words.close);
    close.textContent = "×";
    // not taken from what the visitor is doing: it says that it is there, and waits
    var status = add(root, "p", "sr");
    status.setAttribute("role", "status");
    status.lang = language;
    var frame = makeFrame(token, element, function () {
      remember(token, "answered", Date.now());
    });
    frame.loading = "eager";
    add(box, "div", "frame").appendChild(frame);
    function leave() {
      var within = root.activeElement;
      host.remove();
      frames = frames.filter(function (known) {
        return known.frame !== frame;
      });
      document.removeEventListener("keydown", escape);
      open = null;
      if (within && before && before.focus) before.focus();
    }
    function escape(event) {
      if (event.key === "Escape") leave();
    }
    close.addEventListener("click", leave);
    document.addEventListener("keydown", escape);
    document.body.appendChild(host);
    window.setTimeout(function () {
      status.textContent = words.here;
    }, LOOK_MS);
    open = { token: token, close: leave };
    remember(token, "shown", Date.now());
  }

  function add(parent, name, css) {
    var made = document.createElement(name);
    if (css) made.className = css;
    return parent.appendChild(made);
  }

  function isResting(token, quietDays) {
    var kept = recall(token);
    var since = Date.now();
    return since - (kept.shown || 0) < quietDays * DAY_MS || since - (kept.answered || 0) < ANSWERED_DAYS * DAY_MS;
  }

  /* Each visitor is drawn once. */
  function isDrawn(token, share) {
    var kept = recall(token);
    var draw = typeof kept.draw === "number" ? kept.draw : Math.random() * 100;
    if (kept.draw === undefined) remember(token, "draw", draw);
    return draw < share;
  }

  function isHere(paths) {
    return paths.split("|").some(function (path) {
      var parts = path.trim().split("*").map(function (part) {
        return part.replace(/[.+?^${}()|[\]\\]/g, "\\$&");
      });
      return new RegExp("^" + parts.join(".*") + "$").test(window.location.pathname);
    });
  }

  function isMeant(audience) {
    var user = null;
    try {
      user = (JSON.parse(window.localStorage.getItem("wafaa.who")) || {}).userId;
    } catch (error) {
      user = null;
    }
    return audience === "known" ? Boolean(user) : audience !== "unknown" || !user;
  }

  function prepare(element) {
    if (element.wafaaReady) return;
    element.wafaaReady = true;
    var token = element.getAttribute("data-wafaa-popup");
    function read(name) {
      return element.getAttribute("data-" + name) || "";
    }
    function number(name, otherwise) {
      var given = parseFloat(read(name));
      return given >= 0 ? given : otherwise;
    }
    function appear() {
      window.setTimeout(function () {
        if (isResting(token, number("quiet", QUIET_DAYS)) || (read("audience") && !isMeant(read("audience")))) return;
        show(token, element);
      }, number("after", 0) * 1000);
    }
    if (read("path") && !isHere(read("path"))) return;
    if (isResting(token, number("quiet", QUIET_DAYS)) || !isDrawn(token, number("share", 100))) return;
    var begin = element.hasAttribute("data-exit") ? watchExit.bind(null, appear) : appear;
    if (!read("event")) {
      begin();
      return;
    }
    waiting.push({
      names: read("event").split("|").map(function (name) {
        return name.trim();
      }),
      begin: begin,
    });
    hear();
  }

  function watchExit(appear) {
    var deepest = 0;
    function leave() {
      document.removeEventListener("mouseout", out);
      window.removeEventListener("scroll", up);
      appear();
    }
    function out(event) {
      if (!event.relatedTarget && event.clientY <= 0) leave();
    }
    function up() {
      deepest = Math.max(deepest, window.scrollY);
      if (window.matchMedia("(pointer:coarse)").matches && deepest > 600 && window.scrollY < deepest - 400) leave();
    }
    document.addEventListener("mouseout", out);
    window.addEventListener("scroll", up, { passive: true });
  }

  function note(name) {
    told[name] = true;
    hear();
  }

  function hear() {
    waiting = waiting.filter(function (one) {
      var came = one.names.some(function (name) {
        return told[name];
      });
      if (came) one.begin();
      return !came;
    });
  }

  /* What the page tells wafaa.js is heard here as well: calls that wait for it now, and those that come. */
  function listen(looks) {
    var wafaa = window.wafaa;
    ((wafaa && wafaa.q) || []).forEach(function (call) {
      if (call[0] === "track") note(call[1]);
    });
    if (!wafaa || !wafaa.version) {
      if (looks < LOOKS_MAX) window.setTimeout(listen, LOOK_MS, looks + 1);
      return;
    }
    if (wafaa.surveys) return;
    var track = wafaa.track;
    function heard(name) {
      if (name === "track") note(arguments[1]);
      return wafaa.apply(null, arguments);
    }
    Object.keys(wafaa).forEach(function (name) {
      if (name !== "more") heard[name] = wafaa[name];
    });
    heard.track = function (event) {
      note(event);
      return track.apply(null, arguments);
    };
    // the inbox is asked for by wafaa.js itself, which keeps it on its own function
    Object.defineProperty(heard, "more", {
      get: function () {
        return wafaa.more;
      },
    });
    heard.surveys = true;
    window.wafaa = heard;
  }

  function look() {
    Array.prototype.forEach.call(document.querySelectorAll("[data-wafaa-survey]"), putInline);
    Array.prototype.forEach.call(document.querySelectorAll("[data-wafaa-popup]"), prepare);
  }

  window.wafaaSurveys = {
    show: function (token) {
      show(token, document.querySelector('[data-wafaa-popup="' + window.CSS.escape(token) + '"]') || document.createElement("div"));
    },
    close: function () {
      if (open) open.close();
    },
    look: look,
  };
  listen(0);
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", look);
  else look();
})(window, document);
