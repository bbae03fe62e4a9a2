/* Wafaa on a shop's pages: page views, what people do, who they are, what they allow.

   <script>window.wafaa=window.wafaa||function(){(wafaa.q=wafaa.q||[]).push(arguments)}</script>
   <script async src="https://.../wafaa.js" data-key="wf_ingest_..."></script>

   wafaa("track", "Product Viewed", {sku: "A1"})   wafaa("page", "Home")   wafaa("identify", "17850", {email: "..."})
   wafaa("consent", true)                          this visitor may be recognised on their next visit
   wafaa("consent", {channel: "email", purpose: "marketing", given: true, text_version: "2"})
   wafaa("inbox", {token: "..."})                  messages for whoever is signed in; wafaa("push", {...}): see wafaa-inbox.js
   wafaa("reset")                                  after signing out

   Attributes: data-host where events go if not where this file came from, data-consent="given" where the shop asked
   before, data-pages="off" to tell page views oneself.

   Never a cookie. Until the visitor consents nothing is kept on their device: they are somebody new on every page, and what
   could not be sent is lost with the page. Afterwards one entry of local storage knows them, another what waits. */
(function (window, document) {
  "use strict";
  var tag = document.currentScript || document.querySelector("script[data-key][src*='wafaa.js']");
  var early = window.wafaa;
  if (!tag || (early && early.version)) return;

  var VERSION = "1.0.0";
  var KEY = tag.getAttribute("data-key");
  var HOST = (tag.getAttribute("data-host") || tag.src.replace(/\/wafaa\.js.*$/, "")).replace(/\/+$/, "");
  var WHO = "wafaa.who";
  var WAITING = "wafaa.waiting.";
  var MESSAGE_BYTES_MAX = 32000; // the server takes 32 KB of a message and 500 KB of a batch
  var BATCH_BYTES_MAX = 450000;
  var KEPT_MAX = 500;
  var GATHERING_MS = 200;
  var RETRY_MS_MAX = 60000;
  var BEACON_BYTES_MAX = 60000; // browsers take 64 KB

  var tab = newId();
  var who = { anonymousId: newId() };
  var mayKeep = tag.getAttribute("data-consent") === "given";
  var queue = [];
  var isSending = false;
  var failures = 0;
  var timer = 0;
  var here = "";

  function newId() {
    var crypto = window.crypto;
    if (crypto.randomUUID) return crypto.randomUUID();
    return "10000000-1000-4000-8000-100000000000".replace(/[018]/g, function (digit) {
      return (digit ^ (crypto.getRandomValues(new Uint8Array(1))[0] & (15 >> (digit / 4)))).toString(16);
    });
  }

  /* Local storage throws where it is full or forbidden; then we go on without. */
  function read(name) {
    try {
      return JSON.parse(window.localStorage.getItem(name));
    } catch (error) {
      return null;
    }
  }

  function write(name, value) {
    try {
      if (value === null) window.localStorage.removeItem(name);
      else window.localStorage.setItem(name, JSON.stringify(value));
    } catch (error) {
      return;
    }
  }

  function keep() {
    if (!mayKeep) return;
    write(WHO, who);
    write(WAITING + tab, queue.length ? queue : null);
  }

  /* What an earlier page or another tab could not send. Where two send the same, its message id counts once. */
  function adopt() {
    var former = read(WHO);
    if (former && former.anonymousId) who = { anonymousId: former.anonymousId, userId: who.userId || former.userId };
    empty(function (name) {
      queue = (read(name) || []).concat(queue).slice(-KEPT_MAX);
    });
  }

  function empty(look) {
    try {
      Object.keys(window.localStorage).forEach(function (name) {
        if (name.indexOf(WAITING) !== 0) return;
        if (look) look(name);
        write(name, null);
      });
    } catch (error) {
      return;
    }
  }

  function forget() {
    write(WHO, null);
    empty();
  }

  function describe() {
    var place = window.location;
    var search = new URLSearchParams(place.search);
    var campaign = {};
    search.forEach(function (value, name) {
      if (name.indexOf("utm_") === 0) campaign[name === "utm_campaign" ? "name" : name.slice(4)] = value;
    });
    return {
      page: {
        path: place.pathname,
        referrer: document.referrer,
        search: place.search,
        title: document.title,
        url: place.href,
      },
      campaign: campaign,
      locale: window.navigator.language,
      userAgent: window.navigator.userAgent,
      library: { name: "wafaa.js", version: VERSION },
    };
  }

  function add(message) {
    message.messageId = newId();
    message.timestamp = new Date().toISOString();
    message.anonymousId = who.anonymousId;
    if (who.userId) message.userId = who.userId;
    message.context = describe();
    if (measure(message) > MESSAGE_BYTES_MAX) {
      window.console.warn("wafaa: too large to send", message.event || message.type);
      return;
    }
    queue = queue.concat([message]).slice(-KEPT_MAX);
    keep();
    plan(GATHERING_MS);
  }

  function plan(inMs) {
    if (!timer) timer = window.setTimeout(send, inMs);
  }

  function hurry() {
    window.clearTimeout(timer);
    timer = 0;
    plan(0);
  }

  function measure(message) {
    return new window.Blob([JSON.stringify(message)]).size;
  }

  /* The first messages that fit. */
  function take(bytesMax) {
    var bytes = 500; // what stands around them
    for (var count = 0; count < queue.length; count += 1) {
      bytes += measure(queue[count]) + 1;
      if (bytes > bytesMax) break;
    }
    return queue.slice(0, count);
  }

  function pack(messages) {
    return JSON.stringify({ writeKey: KEY, sentAt: new Date().toISOString(), batch: messages });
  }

  /* As plain text, so that the browser doesn't ask first whether it may. */
  function send() {
    timer = 0;
    if (isSending || !queue.length) return;
    isSending = true;
    var sent = take(BATCH_BYTES_MAX);
    window
      .fetch(HOST + "/v1/batch", {
        method: "POST",
        headers: { "Content-Type": "text/plain" },
        body: pack(sent),
        credentials: "omit",
      })
      .then(
        function (answer) {
          return answer.status;
        },
        function () {
          return 0;
        }
      )
      .then(function (status) {
        settle(sent, status);
      });
  }

  function settle(sent, status) {
    isSending = false;
    if (!status || status === 429 || status >= 500) {
      failures += 1;
      plan(Math.min(RETRY_MS_MAX, 1000 * Math.pow(2, failures)) * (0.5 + Math.random() / 2));
      return;
    }
    if (status >= 400) window.console.warn("wafaa: refused with " + status);
    failures = 0;
    var done = {};
    sent.forEach(function (message) {
      done[message.messageId] = true;
    });
    queue = queue.filter(function (message) {
      return !done[message.messageId];
    });
    keep();
    if (queue.length) hurry();
  }

  /* A page that goes can't wait for an answer. What waits is kept as well: it may come twice and counts once. */
  function leave() {
    var going = take(BEACON_BYTES_MAX);
    if (going.length && window.navigator.sendBeacon(HOST + "/v1/batch", pack(going)) && !mayKeep) {
      queue = queue.slice(going.length);
    }
  }

  /* Inbox and notifications are another script, loaded when a page first asks for them. */
  function load(name, options) {
    if (!wafaa.more) {
      wafaa.more = { key: KEY, host: HOST, calls: [] };
      var script = document.createElement("script");
      script.src = tag.src.replace(/wafaa\.js.*$/, "wafaa-inbox.js");
      if (tag.nonce) script.nonce = tag.nonce;
      document.head.appendChild(script);
    }
    wafaa.more.calls.push([name, options || {}]);
  }

  var calls = {
    track: function (event, properties) {
      add({ type: "track", event: event, properties: properties || {} });
    },
    page: function (name, properties) {
      here = window.location.href;
      add({ type: "page", name: name || document.title, properties: properties || {} });
    },
    identify: function (userId, traits) {
      if (userId && typeof userId === "object") {
        traits = userId;
        userId = null;
      }
      if (userId) who.userId = String(userId);
      add({ type: "identify", traits: traits || {} });
    },
    consent: function (given) {
      if (typeof given === "object") {
        calls.track(given.given ? "Consent Given" : "Consent Withdrawn", given);
        return;
      }
      if (given && !mayKeep) adopt();
      mayKeep = Boolean(given);
      if (mayKeep) keep();
      else forget();
      if (queue.length) hurry();
    },
    reset: function () {
      who = { anonymousId: newId() };
      keep();
      if (wafaa.more) load("reset");
    },
    inbox: load.bind(null, "inbox"),
    push: load.bind(null, "push"),
  };

  function wafaa(name) {
    if (calls[name]) calls[name].apply(null, Array.prototype.slice.call(arguments, 1));
    else window.console.warn("wafaa: no such call", name);
  }
  Object.keys(calls).forEach(function (name) {
    wafaa[name] = calls[name];
  });
  wafaa.version = VERSION;
  window.wafaa = wafaa;

  /* A visitor who agreed once is known by what we kept then. */
  mayKeep = mayKeep || Boolean(read(WHO));
  if (mayKeep) {
    adopt();
    keep();
    if (queue.length) plan(0);
  }
  ((early && early.q) || []).forEach(function (call) {
    wafaa.apply(null, call);
  });

  function look() {
    if (window.location.href.split("#")[0] !== here.split("#")[0]) calls.page();
  }

  /* Pages that change without loading: after the page's own script has set the new title. */
  if (tag.getAttribute("data-pages") !== "off") {
    ["pushState", "replaceState"].forEach(function (name) {
      var former = window.history[name];
      window.history[name] = function () {
        var result = former.apply(this, arguments);
        window.setTimeout(look, 0);
        return result;
      };
    });
    window.addEventListener("popstate", function () {
      window.setTimeout(look, 0);
    });
    if (!here) calls.page();
  }
  window.addEventListener("pagehide", leave);
  window.addEventListener("online", function () {
    failures = 0;
    if (queue.length) hurry();
  });
})(window, document);
