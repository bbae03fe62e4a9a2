/* Wafaa's surveys on a shop's pages, as a part of the page or as a pop-up.

   <script async src="https://.../surveys.js"></script>
   <div data-wafaa-survey="TOKEN"><a href="https://.../s/TOKEN/">Answer our survey</a></div>

   Pop-ups whose settings stand in the console need the script alone: it asks its server for them. Of those for a segment a page
   hears only where the shop's server vouches for the visitor: data-user="..." at the script (and the key of wafaa.js, or data-key),
   or the token that wafaa("inbox", {token: ...}) was given. data-popups="off" asks for none.

   <div data-wafaa-popup="TOKEN" data-event="Order Completed"></div> is a pop-up by hand. All that are given must hold:
     data-event="NAME"      after wafaa("track", "NAME") on this page; several names with | between
     data-path="/thanks*"   on these pages; several with | between, * for anything
     data-exit              when the mouse leaves through the top, or after going back up on a phone
     data-scroll="50"       when half of the page was seen
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

  var NAMES = ["language", "with", "event", "path", "scroll", "after", "audience", "share", "quiet"];

  var frames = [];
  var told = {}; // names of events that this page has told
  var waiting = []; // pop-ups whose event has not come
  var placed = []; // what begins pop-ups that need no event, only their page
  var here = window.location.href;
  var popups = {}; // by token: what each is told
  var open = null;
  var had = false; // a pop-up of its own accord
  var heardOf = 0; // calls that waited for wafaa.js
  var isOff = tag.getAttribute("data-popups") === "off";

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

  /* A line of the page as the console's settings come: by name. */
  function read(element) {
    var found = { exit: element.hasAttribute("data-exit") };
    NAMES.forEach(function (name) {
      found[name] = element.getAttribute("data-" + name) || "";
    });
    return found;
  }

  function speak(asked) {
    var given = asked.language || document.documentElement.lang || window.navigator.language || "";
    return given.slice(0, 2).toLowerCase() === "ar" ? "ar" : "en";
  }

  function makeFrame(token, asked, done) {
    var language = speak(asked);
    var query = new URLSearchParams(asked.with || "");
    query.set("embed", "1");
    if (asked.person) query.set("customer", asked.person);
    if (asked.language || document.documentElement.lang) query.set("lang", language);
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
    element.wafaaFrame = makeFrame(element.getAttribute("data-wafaa-survey"), read(element));
    element.textContent = "";
    element.appendChild(element.wafaaFrame);
  }

  function show(token, asked) {
    if (open || !document.body) return;
    var language = speak(asked);
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
    var frame = makeFrame(token, asked, function () {
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

  function number(given, otherwise) {
    var found = parseFloat(given);
    return found >= 0 ? found : otherwise;
  }

  /* `asked` are the settings; what the server says later of the same pop-up is only whose answer it will be. */
  function prepare(token, asked) {
    if (popups[token]) {
      popups[token].person = asked.person;
      popups[token].over = false;
      return;
    }
    popups[token] = asked;
    function mayAppear() {
      if (asked.over || had || (asked.path && !isHere(asked.path)) || isResting(token, number(asked.quiet, QUIET_DAYS)))
        return false;
      return !asked.audience || isMeant(asked.audience);
    }
    function appear() {
      window.setTimeout(function () {
        if (!mayAppear()) return;
        had = true;
        show(token, asked);
      }, number(asked.after, 0) * 1000);
    }
    var hasBegun = false;
    function begin() {
      if (hasBegun || !mayAppear()) return;
      hasBegun = true;
      var then = asked.exit ? watchExit.bind(null, appear) : appear;
      if (asked.scroll) watchScroll(number(asked.scroll, 0), then);
      else then();
    }
    if (!isDrawn(token, number(asked.share, 100))) return;
    if (!asked.event) {
      placed.push(begin);
      begin();
      return;
    }
    waiting.push({
      names: asked.event.split("|").map(function (name) {
        return name.trim();
      }),
      begin: begin,
    });
    hear();
  }

  /* A page that changes its address without loading is another page. */
  window.setInterval(function () {
    if (here === window.location.href) return;
    here = window.location.href;
    placed.forEach(function (begin) {
      begin();
    });
  }, 1000);

  function watchScroll(percent, then) {
    function seen() {
      if (((window.scrollY + window.innerHeight) / document.documentElement.scrollHeight) * 100 < percent) return;
      window.removeEventListener("scroll", seen);
      then();
    }
    window.addEventListener("scroll", seen, { passive: true });
    seen();
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

  /* Which pop-ups this site has; `user` is what the shop's server signed. */
  function ask(user) {
    var other = document.querySelector("script[data-key]");
    var key = tag.getAttribute("data-key") || (other && other.getAttribute("data-key"));
    var how = { credentials: "omit" };
    if (user && key) {
      how.method = "POST";
      how.headers = { "Content-Type": "text/plain" };
      how.body = JSON.stringify({ writeKey: key, userToken: user });
    }
    window
      .fetch(HOST + "/surveys.json", how)
      .then(function (answer) {
        return answer.json();
      })
      .then(function (found) {
        if (found.code) window.console.warn("wafaa: no pop-ups of a segment, " + found.code);
        (found.popups || []).forEach(function (one) {
          prepare(one.token, one);
        });
      })
      .catch(function () {
        return;
      });
  }

  function listenTo(name, given) {
    if (name === "track") note(given);
    if (name === "inbox" && given && given.token && !isOff)
      Promise.resolve(typeof given.token === "function" ? given.token() : given.token).then(ask, function () {
        return;
      });
    if (name === "reset")
      Object.keys(popups).forEach(function (token) {
        delete popups[token].person;
        popups[token].over = popups[token].own;
      });
  }

  /* What the page tells wafaa.js is heard here as well: calls that wait for it now, and those that come. */
  function listen(looks) {
    var wafaa = window.wafaa;
    var early = (wafaa && wafaa.q) || [];
    for (; heardOf < early.length; heardOf += 1) listenTo(early[heardOf][0], early[heardOf][1]);
    if (!wafaa || !wafaa.version) {
      if (looks < LOOKS_MAX) window.setTimeout(listen, LOOK_MS, looks + 1);
      return;
    }
    if (wafaa.surveys) return;
    function heard(name) {
      listenTo(name, arguments[1]);
      return wafaa.apply(null, arguments);
    }
    Object.keys(wafaa).forEach(function (name) {
      if (name !== "more") heard[name] = wafaa[name];
    });
    ["track", "inbox", "reset"].forEach(function (name) {
      heard[name] = heard.bind(null, name);
    });
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
    Array.prototype.forEach.call(document.querySelectorAll("[data-wafaa-popup]"), function (element) {
      var token = element.getAttribute("data-wafaa-popup");
      if (!popups[token]) prepare(token, read(element));
    });
  }

  window.wafaaSurveys = {
    show: function (token) {
      show(token, popups[token] || {});
    },
    close: function () {
      if (open) open.close();
    },
    look: look,
  };
  listen(0);
  function start() {
    look();
    if (!isOff) ask(tag.getAttribute("data-user"));
  }
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
  else start();
})(window, document);
