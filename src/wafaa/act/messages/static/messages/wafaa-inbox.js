/* Wafaa's inbox and notifications on a shop's pages; wafaa.js loads it when a page asks for them.

   wafaa("inbox", {token: "..."})
     token     who is signed in, signed by the shop's server; or a function that fetches it (text or a promise of it)
     language  "ar" or "en"; else that of the page
     target    an element, or what finds it, in which the bell stands; else it stands in the corner
     push      {worker: "/wafaa-sw.js"}: the panel offers notifications
   wafaa("push", {token: "...", worker: "/wafaa-sw.js", done: function (state) {}})   when the page's own button is pressed
     purposes, text_version   what the button says that it is for, and which wording
     state     on, denied, unsupported, failed

   Nothing is kept on the device but, after the visitor's press, the browser's own subscription. Messages are shown as text. */
(function (window, document, navigator) {
  "use strict";
  var more = window.wafaa && window.wafaa.more;
  if (!more || !more.calls.length || more.calls.started) return;

  var ASK_MS = 60000;
  var WORDS = {
    en: {
      title: "Messages", unread: "unread", close: "Close", none: "No messages for you now.", fresh: "New",
      came: "A new message has come.", offer: "Get our offers and news as notifications on this device.", on: "Turn on notifications",
      off: "Turn off notifications", denied: "Notifications are blocked in the settings of your browser.", failed: "That did not work. Try again later.",
    },
    ar: {
      title: "الرسائل", unread: "غير مقروءة", close: "إغلاق", none: "لا رسائل لك الآن.", fresh: "جديدة",
      came: "وصلتك رسالة جديدة.", offer: "تصلك عروضنا وأخبارنا إشعارات على هذا الجهاز.", on: "تفعيل الإشعارات",
      off: "إيقاف الإشعارات", denied: "الإشعارات محظورة في إعدادات متصفحك.", failed: "لم ينجح ذلك. حاول مرة أخرى لاحقًا.",
    },
  };
  var CSS =
    ":host{all:initial!important;display:block!important}:host([data-in]){display:inline-block!important;position:relative!important}" +
    "*{box-sizing:border-box;margin:0;padding:0;font:inherit;color:inherit}[hidden]{display:none!important}" +
    ".box{font:15px/1.6 system-ui,'Segoe UI',Tahoma,'Noto Sans Arabic',sans-serif;color:#1c2430;text-align:start;--a:var(--wafaa-accent,#0f6b5c)}" +
    ".box:lang(ar){font-size:16.5px;line-height:1.75}" +
    ".free{position:fixed;bottom:16px;inset-inline-end:16px;z-index:2147483000}" +
    "button{cursor:pointer;background:none;border:0}:focus-visible{outline:2px solid var(--a);outline-offset:2px}" +
    ".bell{position:relative;width:48px;height:48px;border-radius:50%;background:#fff;border:1px solid #c9d0d6;display:grid;place-items:center}" +
    ".free .bell{box-shadow:0 2px 10px #0003}svg{width:22px;height:22px;fill:none;stroke:currentColor;stroke-width:1.8;stroke-linejoin:round;stroke-linecap:round}" +
    ".badge{position:absolute;top:-4px;inset-inline-end:-4px;min-width:22px;padding:0 6px;border-radius:11px;background:var(--a);color:#fff;font-size:13px;line-height:22px;text-align:center;font-variant-numeric:tabular-nums}" +
    ".panel{position:absolute;inset-inline-end:0;width:360px;max-height:min(560px,calc(100vh - 110px));overflow:auto;background:#fff;border:1px solid #c9d0d6;border-radius:12px;box-shadow:0 8px 32px #0003;outline:0}" +
    ".free .panel{bottom:58px}:not(.free)>.panel{top:54px;z-index:2147483000}" +
    "header{display:flex;align-items:center;justify-content:space-between;padding:12px 16px;border-bottom:1px solid #e3e7ea;position:sticky;top:0;background:#fff}" +
    "h2{font-weight:600}.x{width:36px;height:36px;border-radius:8px}li{list-style:none;padding:14px 16px;border-bottom:1px solid #e3e7ea}" +
    "h3{font-weight:500}.new h3{font-weight:700}h3 a{color:var(--a)}li p{white-space:pre-line;overflow-wrap:anywhere}.small{color:#55606b;font-size:.87em}" +
    ".tag{color:var(--a);font-weight:600}.none,footer{padding:14px 16px}footer p+button{margin-top:8px}.wide{border:1px solid var(--a);color:var(--a);border-radius:8px;padding:6px 14px}" +
    ".sr{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}" +
    "@media(max-width:480px){.panel,.free .panel,:not(.free)>.panel{position:fixed;inset:auto 0 0;width:auto;max-height:80vh;border-radius:16px 16px 0 0}}";

  var own = null; // the options of the inbox
  var shown = { entries: [], unread: 0 };
  var ui = null;
  var askedAt = 0;
  var timer = 0;
  var turn = 0; // what was asked before a reset is not shown after it

  function warn(text) {
    window.console.warn("wafaa: " + text);
  }

  /* What the server says to this; of an expired token the page is asked once for another. */
  function say(path, options, asked, again) {
    return Promise.resolve(typeof options.token === "function" ? options.token() : options.token)
      .then(function (token) {
        var body = Object.assign({ writeKey: more.key, userToken: token || "" }, asked);
        return window.fetch(more.host + "/v1/" + path, {
          method: "POST",
          headers: { "Content-Type": "text/plain" },
          body: JSON.stringify(body),
          credentials: "omit",
        });
      })
      .then(function (answer) {
        return answer.json().then(function (told) {
          if (answer.ok) return told;
          if (told.code === "user_token_expired" && typeof options.token === "function" && !again)
            return say(path, options, asked, true);
          throw new Error(told.code + " " + (told.message || ""));
        });
      });
  }

  function make(tag, attributes, children) {
    var made = document.createElement(tag);
    Object.keys(attributes || {}).forEach(function (name) {
      if (attributes[name] !== false) made.setAttribute(name, attributes[name]);
    });
    (children || []).forEach(function (child) {
      made.append(child);
    });
    return made;
  }

  function speak(options) {
    var told = options.language || document.documentElement.lang || "";
    return told.slice(0, 2) === "ar" ? "ar" : "en";
  }

  /* A tree of our own, so that neither side's styles reach the other; a sheet made here is no inline style to a policy. */
  function draw(language) {
    var words = WORDS[language];
    var host = make("wafaa-inbox");
    var root = host.attachShadow({ mode: "open" });
    try {
      var sheet = new window.CSSStyleSheet();
      sheet.replaceSync(CSS);
      root.adoptedStyleSheets = [sheet];
    } catch (error) {
      root.append(make("style", {}, [CSS]));
    }
    var target = typeof own.target === "string" ? document.querySelector(own.target) : own.target;
    var badge = make("span", { class: "badge", "aria-hidden": "true", hidden: "" });
    var bell = make("button", { class: "bell", type: "button", "aria-expanded": "false", "aria-haspopup": "dialog" }, [
      drawBell(), badge,
    ]);
    var close = make("button", { class: "x", type: "button", "aria-label": words.close }, ["✕"]);
    var list = make("ul", { role: "list" });
    var foot = make("footer", { hidden: "" });
    var panel = make("section", { class: "panel", role: "dialog", "aria-labelledby": "t", tabindex: "-1", hidden: "" }, [
      make("header", {}, [make("h2", { id: "t" }, [words.title]), close]), list, foot,
    ]);
    var status = make("p", { class: "sr", role: "status" });
    var box = make("div", { class: target ? "box" : "box free", lang: language, dir: language === "ar" ? "rtl" : "ltr" }, [
      bell, panel, status,
    ]);
    root.append(box);
    if (target) host.setAttribute("data-in", "");
    (target || document.body).append(host);
    ui = { host: host, bell: bell, badge: badge, panel: panel, list: list, foot: foot, status: status, words: words, language: language };
    bell.addEventListener("click", function () {
      if (panel.hidden) open();
      else shut();
    });
    close.addEventListener("click", shut);
    box.addEventListener("keydown", function (event) {
      if (event.key === "Escape" && !panel.hidden) {
        event.stopPropagation();
        shut();
      }
    });
  }

  function drawBell() {
    var space = "http://www.w3.org/2000/svg";
    var svg = document.createElementNS(space, "svg");
    var path = document.createElementNS(space, "path");
    svg.setAttribute("viewBox", "0 0 24 24");
    svg.setAttribute("aria-hidden", "true");
    path.setAttribute("d", "M6 9a6 6 0 0 1 12 0c0 6 2.5 7 2.5 7h-17S6 15 6 9M10 20a2.2 2.2 0 0 0 4 0");
    svg.append(path);
    return svg;
  }

  function fill() {
    var words = ui.words;
    ui.badge.textContent = shown.unread > 99 ? "99+" : shown.unread;
    ui.badge.hidden = !shown.unread;
    ui.bell.setAttribute("aria-label", words.title + (shown.unread ? " (" + words.unread + ": " + shown.unread + ")" : ""));
    ui.list.replaceChildren.apply(ui.list, shown.entries.map(drawEntry));
    if (!shown.entries.length) ui.list.append(make("li", { class: "none" }, [words.none]));
  }

  function drawEntry(entry) {
    var moment = new Date(entry.at);
    var locale = ui.language === "ar" ? "ar-u-ca-gregory-nu-latn" : "en";
    var line = make("p", { class: "small" }, [
      make("time", { datetime: entry.at }, [moment.toLocaleString(locale, { dateStyle: "medium", timeStyle: "short" })]),
    ]);
    if (!entry.isRead) line.prepend(make("span", { class: "tag" }, [ui.words.fresh]), " · ");
    var leads = /^https?:/i.test(entry.url);
    return make("li", { class: entry.isRead ? "" : "new", "data-id": entry.id }, [
      make("h3", { lang: entry.language, dir: entry.direction }, [leads ? make("a", { href: entry.url }, [entry.title]) : entry.title]),
      make("p", { lang: entry.language, dir: entry.direction }, [entry.text]),
      line,
    ]);
  }

  function open() {
    ui.panel.hidden = false;
    ui.bell.setAttribute("aria-expanded", "true");
    ui.panel.focus();
    document.addEventListener("pointerdown", leave);
    read();
  }

  /* What is seen is read; it looks new until the panel is closed. */
  function read() {
    var fresh = shown.entries.filter(function (entry) {
      return !entry.isRead;
    });
    if (!fresh.length) return;
    var ids = fresh.map(function (entry) {
      return entry.id;
    });
    say("inbox/read", own, { ids: ids }).then(function () {
      fresh.forEach(function (entry) {
        entry.isRead = true;
      });
      shown.unread = Math.max(0, shown.unread - fresh.length);
      shown.version = "";
      ui.badge.hidden = !shown.unread;
      ui.bell.setAttribute("aria-label", ui.words.title);
    }, warn);
  }

  function shut() {
    var isInside = ui.host.shadowRoot.activeElement;
    ui.panel.hidden = true;
    ui.bell.setAttribute("aria-expanded", "false");
    document.removeEventListener("pointerdown", leave);
    if (isInside) ui.bell.focus();
    fill();
  }

  function leave(event) {
    if (event.composedPath().indexOf(ui.host) < 0) shut();
  }

  function ask() {
    if (!own || document.visibilityState === "hidden") return;
    var mine = turn;
    askedAt = Date.now();
    say("inbox", own, { version: shown.version || "" }).then(function (told) {
      if (mine !== turn) return;
      if (told.unchanged) return;
      var came = ui && told.unread > shown.unread;
      shown = told;
      if (!ui) {
        draw(speak(own));
        offer();
      }
      if (ui.panel.hidden) fill();
      if (came) ui.status.textContent = ui.words.came;
    }, warn);
  }

  function look() {
    if (Date.now() - askedAt > ASK_MS / 2) ask();
  }

  /* Notifications. */

  function isAble() {
    return Boolean(navigator.serviceWorker && window.PushManager && window.Notification);
  }

  function decode(text) {
    var plain = window.atob(text.replace(/-/g, "+").replace(/_/g, "/"));
    return Uint8Array.from(plain, function (letter) {
      return letter.charCodeAt(0);
    });
  }

  /* The browser's subscription, if it is one of ours: the shop may have others. */
  function find(worker, key) {
    return navigator.serviceWorker.getRegistration(worker).then(function (registration) {
      if (!registration) return null;
      return registration.pushManager.getSubscription().then(function (found) {
        var told = found && found.options.applicationServerKey;
        return told && String(new Uint8Array(told)) === String(decode(key)) ? found : null;
      });
    });
  }

  function start(options) {
    if (!isAble()) return Promise.resolve("unsupported");
    if (navigator.userActivation && !navigator.userActivation.isActive) {
      warn("notifications are asked for when somebody presses a button, not by the page itself");
      return Promise.resolve("failed");
    }
    return window.Notification.requestPermission()
      .then(function (answer) {
        if (answer !== "granted") return "denied";
        return Promise.all([
          shown.push || say("inbox", options).then(function (told) { return told.push; }),
          navigator.serviceWorker.register(options.worker).then(function () { return navigator.serviceWorker.ready; }),
        ])
          .then(function (both) {
            return both[1].pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: decode(both[0].key) });
          })
          .then(function (made) {
            return say("push", options, {
              subscription: made.toJSON(),
              language: speak(options),
              place: window.location.origin + window.location.pathname,
              purposes: options.purposes || ["marketing"],
              textVersion: String(options.text_version || ""),
            });
          })
          .then(function () { return "on"; });
      })
      .catch(function (error) {
        warn(error);
        return "failed";
      });
  }

  function stop(options, why) {
    if (!isAble() || !shown.push) return Promise.resolve();
    return find(options.worker, shown.push.key).then(function (found) {
      if (!found) return null;
      return say("push/end", { token: "" }, { endpoint: found.endpoint, why: why, purposes: options.purposes || ["marketing"] }).then(
        function () { return found.unsubscribe(); }
      );
    });
  }

  /* Whether this browser is subscribed for whoever is signed in now; what it was for somebody else is over. */
  function check(options) {
    return find(options.worker, shown.push.key).then(function (found) {
      if (!found) return false;
      return say("push/check", own, { endpoint: found.endpoint }).then(function (told) {
        return told.subscribed || found.unsubscribe().then(function () { return false; });
      });
    });
  }

  function offer() {
    var options = own.push && Object.assign({ token: own.token, language: own.language }, own.push);
    if (!options || !isAble() || !shown.push) return;
    var said = make("p", { class: "small", role: "status" });
    var button = make("button", { class: "wide", type: "button" });
    var isOn = false;
    function show(state) {
      isOn = state === "on";
      said.textContent = state === "denied" || state === "failed" ? ui.words[state] : isOn ? "" : options.text || ui.words.offer;
      button.textContent = isOn ? ui.words.off : ui.words.on;
      ui.foot.hidden = false;
    }
    button.addEventListener("click", function () {
      (isOn ? stop(options, "stopped").then(function () { return "off"; }) : start(options)).then(show, warn);
    });
    ui.foot.append(said, button);
    check(options).then(function (found) {
      show(found ? "on" : window.Notification.permission === "denied" ? "denied" : "off");
    }, warn);
  }

  var calls = {
    inbox: function (options) {
      calls.reset();
      own = options;
      ask();
      timer = window.setInterval(ask, ASK_MS);
      document.addEventListener("visibilitychange", look);
    },
    push: function (options) {
      start(options).then(options.done || function () {});
    },
    /* Somebody has signed out: nothing of theirs stays on this screen, nor comes to it. */
    reset: function (options) {
      turn += 1;
      window.clearInterval(timer);
      document.removeEventListener("visibilitychange", look);
      if (ui) {
        document.removeEventListener("pointerdown", leave);
        ui.host.remove();
      }
      if (options && own && own.push) stop(own.push, "signed_out").catch(warn);
      own = ui = null;
      shown = { entries: [], unread: 0, push: shown.push };
    },
  };

  var waiting = more.calls;
  more.calls = {
    started: true,
    push: function (call) {
      calls[call[0]](call[1]);
    },
  };
  waiting.forEach(more.calls.push);
})(window, document, window.navigator);
