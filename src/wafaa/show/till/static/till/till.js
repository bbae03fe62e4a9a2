/* The cashier's screen. Each deed gets its id here, so that sending it twice does it once. What the line cannot carry now waits
   in the device (queue.js). All words come from the page or from the server. */
(function () {
  "use strict";

  var page = document.body;
  var words = (document.getElementById("words") || { dataset: {} }).dataset;
  var by = function (id) { return document.getElementById(id); };
  var token = page.dataset.token;
  var isDown = page.hasAttribute("data-offline");
  var who = null; // {customer} or {enrol} or {who}, with a name to show
  var last = { told: "", id: "", at: "" }; // of a deed whose answer did not come: pressed again it is the same one
  var store = page.dataset.store;
  var ANSWER_MS = 15000, LOOK_MS = 700, LOOKS = 14, SEND_MS = 15000, WAIT = "wait=2";

  if ("serviceWorker" in navigator) {
    navigator.serviceWorker.register("/till/worker.js", { scope: "/till/" }).catch(function () {});
  }
  if (!page.hasAttribute("data-ready")) return;

  /* ---------- what this device remembers of its store ---------- */

  function remember() {
    if (page.hasAttribute("data-offline")) {
      var kept = JSON.parse(localStorage.getItem("till") || "{}");
      store = kept.store || "";
      by("place").textContent = kept.name || "";
      (kept.keys || []).forEach(addKey);
      by("keys").hidden = !(kept.keys || []).length;
      return;
    }
    localStorage.setItem("till", JSON.stringify({
      store: store,
      name: page.dataset.storeName,
      keys: Array.from(document.querySelectorAll(".key")).map(function (one) {
        return { key: one.dataset.key, price: one.dataset.price, label: one.querySelector("bdi").textContent, small: (one.querySelector("small") || {}).textContent || "" };
      }),
    }));
  }

  function addKey(told) {
    var key = document.createElement("button");
    key.type = "button";
    key.className = "quiet key";
    key.dataset.key = told.key;
    key.dataset.price = told.price;
    key.append(Object.assign(document.createElement("bdi"), { textContent: told.label }));
    if (told.small) key.append(Object.assign(document.createElement("small"), { textContent: told.small }));
    by("keys").append(key);
  }

  /* ---------- talking to the server ---------- */

  function makeId() {
    if (crypto.randomUUID) return crypto.randomUUID();
    var bytes = crypto.getRandomValues(new Uint8Array(16)); // without TLS browsers have no randomUUID
    bytes[6] = bytes[6] & 15 | 64;
    bytes[8] = bytes[8] & 63 | 128;
    var told = Array.from(bytes, function (one) { return (one + 256).toString(16).slice(1); }).join("");
    return told.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
  }

  /* Resolves with {status, told}; status 0: the line is down, or no answer came in time. */
  function call(address, body, again, wait) {
    var patience = new AbortController();
    var timer = setTimeout(function () { patience.abort(); }, ANSWER_MS);
    return fetch(address, {
      method: body ? "POST" : "GET",
      headers: { "Content-Type": "application/json", "X-CSRFToken": token || "", "HX-Request": "true", "Prefer": wait || "return=representation" },
      body: body ? JSON.stringify(body) : undefined,
      signal: patience.signal,
    }).then(function (answer) {
      var isJson = (answer.headers.get("Content-Type") || "").indexOf("application/json") === 0;
      return (isJson ? answer.json() : Promise.resolve({})).then(function (told) {
        return { status: answer.status, told: told, isJson: isJson };
      });
    }).catch(function () {
      return { status: 0, told: {} };
    }).then(function (answer) {
      clearTimeout(timer);
      setDown(answer.status === 0);
      if (answer.status === 403 && !answer.isJson && !again) {
        // the token is of an older sign-in, or this page came from the device
        return call("/till/status/", null, true).then(function (fresh) {
          token = fresh.told.token || token;
          return fresh.told.token ? call(address, body, true, wait) : answer;
        });
      }
      return answer;
    });
  }

  function isSignedOut(answer) { return answer.status === 401 || answer.status === 403 && !answer.isJson; }
  function isDone(answer) { return answer.status >= 200 && answer.status < 300 && answer.told.state === "done"; }
  /* Of these the server has said for good that it will not do them. */
  function isRefused(answer) { return answer.isJson && answer.told.state === "refused" && answer.status < 500 && answer.status !== 429; }

  function explain(answer) {
    if (answer.told.message) return answer.told.message;
    if (isSignedOut(answer)) { location.href = "/sign-in/?next=/till/"; }
    return answer.status === 0 ? words.noLine : words.failed;
  }

  function setDown(is) {
    isDown = is;
    by("line").hidden = !is;
    document.querySelectorAll(".online").forEach(function (one) { one.hidden = is || !who || !who.customer; });
    document.querySelectorAll(".offline").forEach(function (one) { one.hidden = !is; });
    by("late").hidden = !is;
  }

  /* ---------- deeds ---------- */

  function make(kind, told) {
    var plain = JSON.stringify([kind, told]);
    if (last.told !== plain) last = { told: plain, id: makeId(), at: new Date().toISOString() };
    return Object.assign({ id: last.id, kind: kind, at: last.at, store: store }, told);
  }

  function send(deed, wait) {
    return call("/till/deeds/", Object.assign({ sent_at: new Date().toISOString() }, deed), false, wait);
  }

  /* Done now, or kept on the device where that is possible; `wrong` is where a refusal is shown. */
  function perform(kind, told, label, wrong) {
    var deed = make(kind, told);
    say(wrong, "");
    return tillQueue.keep(deed, label).then(function (place) {
      return send(deed, WAIT).then(function (answer) {
        if (!isDone(answer) && !isRefused(answer) && !isSignedOut(answer)) {
          last.told = "";
          showKept(deed);
          return count();
        }
        if (isSignedOut(answer)) { explain(answer); return count(); }
        return tillQueue.drop(place).then(function () {
          if (isDone(answer)) return finish(kind, answer.told);
          last.told = "";
          say(wrong, explain(answer));
        }).then(count);
      });
    }, function () {
      // a browser that keeps nothing: only while the line is there
      return performNow(kind, told, wrong);
    });
  }

  /* What needs the server: pressed again without an answer it is the same deed. */
  function performNow(kind, told, wrong) {
    say(wrong, "");
    return send(make(kind, told), WAIT).then(function (answer) {
      if (isDone(answer)) { finish(kind, answer.told); return true; }
      if (isRefused(answer)) last.told = "";
      say(wrong, explain(answer));
      return false;
    });
  }

  function finish(kind, told) {
    if (kind === "earn") by("bill").reset();
    show(told);
  }

  function show(told) {
    last.told = "";
    drawOutcome(told);
    open("done");
    offerNext();
  }

  function drawOutcome(told) {
    if (told.customer) who = { customer: told.customer, name: told.name };
    by("outcome").innerHTML = told.html;
    if (!told.settled) look(by("outcome").querySelector("[data-deed]").dataset.deed, LOOKS);
  }

  function look(deed, left) {
    if (!left) return;
    setTimeout(function () {
      var shown = by("outcome").querySelector("[data-deed]");
      if (!shown || shown.dataset.deed !== deed) return;
      call("/till/deeds/" + deed + "/").then(function (answer) {
        if (!answer.told.html) return look(deed, left - 1);
        by("outcome").innerHTML = answer.told.html;
        if (!answer.told.settled) look(deed, left - 1);
      });
    }, LOOK_MS);
  }

  function showKept(deed) {
    by("outcome").replaceChildren(by("kept").content.cloneNode(true));
    by("outcome").firstElementChild.dataset.kept = deed.id;
    if (deed.kind === "enrol") who = { enrol: deed.id, name: deed.name };
    if (deed.kind === "earn") by("bill").reset();
    open("done");
    offerNext();
  }

  /* It was kept, and has gone out meanwhile: whoever still looks at it sees what came of it. */
  function showSent(deed, told) {
    if (!by("done").hidden && by("outcome").querySelector("[data-kept='" + deed + "']")) drawOutcome(told);
  }

  /* A bill that was typed and not entered yet comes before the next customer: its points would be lost. */
  function offerNext() {
    var waits = by("amount").value.trim() !== "";
    by("same").textContent = waits ? words.billWaits : words.more;
    by("same").classList.toggle("quiet", !waits);
    by("done-next").classList.toggle("quiet", waits);
    by(waits ? "same" : "done-next").focus();
  }

  function fillBill(fields) {
    if (!fields.amount) return;
    Object.keys(fields).forEach(function (one) { by(one).value = fields[one]; });
    by("amount").dispatchEvent(new Event("input", { bubbles: true }));
  }

  /* ---------- what is on the screen ---------- */

  function say(where, text) {
    var place = by(where);
    place.textContent = text;
    place.hidden = !text;
    var form = place.closest("form"), field = form && form.querySelector("input[aria-describedby~='" + where + "']");
    if (field) field.setAttribute("aria-invalid", text ? "true" : "false");
    if (text && field) field.focus();
  }

  function open(name) {
    by("finding").hidden = name !== "find";
    by("found").hidden = name !== "member" && !(name === "find" && by("found").innerHTML);
    by("deeds").hidden = name !== "member";
    by("enrolling").hidden = name !== "enrol";
    by("done").hidden = name !== "done";
  }

  function goNext() {
    who = null;
    last.told = "";
    by("found").replaceChildren();
    ["find", "bill", "codes", "enrol"].forEach(function (one) { by(one).reset(); });
    ["quote", "code-told", "outcome"].forEach(function (one) { by(one).replaceChildren(); });
    ["find-wrong", "bill-wrong", "code-wrong", "enrol-wrong"].forEach(function (one) { by(one).textContent = ""; by(one).hidden = true; });
    open("find");
    by("text").focus();
  }

  function serve(told, html) {
    who = told;
    by("found").innerHTML = html || "";
    by("late-who").textContent = told.customer ? "" : told.name || told.who || "";
    by("late-who").hidden = !by("late-who").textContent;
    ["bill", "codes"].forEach(function (one) { by(one).reset(); });
    ["quote", "code-told"].forEach(function (one) { by(one).replaceChildren(); });
    setDown(isDown);
    open("member");
    by("amount").focus();
  }

  function find(told) {
    say("find-wrong", "");
    return call("/till/find/", Object.assign({ store: store }, told)).then(function (answer) {
      if (answer.status === 0 && told.text) return serve({ who: told.text });
      if (answer.told.state === "one") {
        serve({ customer: answer.told.customer, name: answer.told.name }, answer.told.html);
        return answer.told.code ? check(answer.told.code) : null;
      }
      if (answer.told.html) {
        by("found").innerHTML = answer.told.html;
        open("find");
        var first = by("found").querySelector("button, [tabindex]");
        if (first) first.focus();
        return;
      }
      say("find-wrong", explain(answer));
    });
  }

  function enrol(phone) {
    by("phone").value = phone || "";
    open("enrol");
    by(phone ? "name" : "phone").focus();
  }

  function whom() {
    if (who.customer) return { customer: who.customer };
    return who.enrol ? { enrol: who.enrol } : { who: who.who };
  }

  /* ---------- find, bill, buttons, codes, enrol ---------- */

  by("find").addEventListener("submit", function (event) {
    event.preventDefault();
    var text = by("text").value.trim();
    if (text) find({ text: text });
  });
  by("new").addEventListener("click", function () { enrol(/^[\d٠-٩۰-۹+ ]{6,}$/.test(by("text").value.trim()) ? by("text").value.trim() : ""); });

  by("bill").addEventListener("submit", function (event) {
    event.preventDefault();
    var told = readBill();
    busy(this, perform("earn", told, told.amount + " " + page.dataset.currency, "bill-wrong"));
  });
  function readBill() {
    var told = Object.assign(whom(), { amount: by("amount").value.trim() });
    if (by("receipt").value.trim()) told.receipt = by("receipt").value.trim();
    if (Number(by("pieces").value) > 1) told.pieces = Number(by("pieces").value);
    return told;
  }

  var typed = null;
  by("bill").addEventListener("input", function (event) {
    if (event.target.id === "receipt") return;
    clearTimeout(typed);
    var amount = by("amount").value.trim();
    if (!amount || isDown || !who || !who.customer) { by("quote").replaceChildren(); return; }
    typed = setTimeout(function () {
      call("/till/quote/", { customer: who.customer, amount: amount, pieces: Number(by("pieces").value) || 1, store: store }).then(function (answer) {
        if (by("amount").value.trim() !== amount) return;
        by("quote").innerHTML = answer.told.html || "";
        if (by("code").value.trim() && by("code-told").innerHTML) check(by("code").value.trim()); // of this bill
      });
    }, 200);
  });

  by("keys").addEventListener("click", function (event) {
    var key = event.target.closest(".key");
    if (!key) return;
    var told = Object.assign(whom(), { key: key.dataset.key });
    if (key.dataset.price) told.amount = key.dataset.price;
    busy(key, perform("stamp", told, key.querySelector("bdi").textContent, "bill-wrong"));
  });

  by("codes").addEventListener("submit", function (event) {
    event.preventDefault();
    if (by("code").value.trim()) busy(this, check(by("code").value.trim()));
  });
  function check(code) {
    by("code").value = code;
    say("code-wrong", "");
    return call("/till/check/", { text: code, amount: by("amount").value.trim(), customer: who.customer, store: store }).then(function (answer) {
      by("code-told").innerHTML = answer.told.html || "";
      if (!answer.told.html) say("code-wrong", explain(answer));
    });
  }
  by("code-told").addEventListener("click", function (event) {
    var use = event.target.closest("[data-use]");
    if (!use) return;
    if (use.dataset.use === "pay") return busy(use, performNow("earn", Object.assign(readBill(), { code: by("code").value.trim() }), "code-wrong"));
    if (use.dataset.use === "shown") return busy(use, performNow("code", Object.assign(whom(), { code: by("code").value.trim() }), "code-wrong"));
    var amount = use.dataset.use === "bill" ? by("amount").value.trim() : use.dataset.use;
    busy(use, performNow("code", Object.assign(whom(), { code: by("code").value.trim(), amount: amount }), "code-wrong"));
  });

  by("enrol").addEventListener("submit", function (event) {
    event.preventDefault();
    var form = this;
    var told = {
      phone: form.phone.value.trim(),
      name: form.elements.name.value.trim(),
      language: (form.querySelector("[name=language]:checked") || {}).value || "",
      agreed: Array.from(form.querySelectorAll("[name=agreed]:checked"), function (one) { return one.value; }),
    };
    busy(form, perform("enrol", told, told.name + " " + told.phone, "enrol-wrong"));
  });

  by("next").addEventListener("click", goNext);
  by("same").addEventListener("click", function () {
    var bill = { amount: by("amount").value, receipt: by("receipt").value, pieces: by("pieces").value };
    if (who && who.customer) return find({ customer: who.customer }).then(function () { fillBill(bill); });
    if (!who) return goNext();
    serve(who);
    fillBill(bill);
  });

  document.addEventListener("click", function (event) {
    var pressed = event.target.closest("[data-next], [data-new], [data-choose], [data-join], [data-undo], [data-reward], [data-pay], [data-close]");
    if (!pressed) return;
    var told = pressed.dataset;
    if ("next" in told) goNext();
    else if ("new" in told) enrol(told.new);
    else if ("choose" in told) find({ customer: told.choose });
    else if ("join" in told) busy(pressed, performNow("join", whom(), "bill-wrong"));
    else if ("reward" in told) askReward(pressed);
    else if ("pay" in told) askPayment(pressed);
    else if ("undo" in told) askUndo(told.undo);
    else if ("close" in told) pressed.closest("dialog").close();
  });

  function busy(form, work) {
    var buttons = form.matches("button") ? [form] : Array.from(form.querySelectorAll("button[type=submit]"));
    buttons.forEach(function (one) { one.setAttribute("aria-busy", "true"); one.disabled = true; });
    return Promise.resolve(work).finally(function () {
      buttons.forEach(function (one) { one.removeAttribute("aria-busy"); one.disabled = false; });
    });
  }

  /* ---------- asking before something is taken ---------- */

  var onYes = null;
  function ask(head, yes, html, wantsProof, then) {
    by("asking-head").textContent = head;
    by("asking-what").innerHTML = html;
    by("yes").textContent = yes;
    by("proof").value = "";
    by("code-sent").textContent = "";
    by("asking").querySelector(".proof").hidden = !wantsProof;
    say("asking-wrong", "");
    onYes = then;
    if (!by("asking").open) by("asking").showModal();
    by(wantsProof ? "proof" : "yes").focus();
  }
  by("asking").querySelector("form").addEventListener("submit", function (event) {
    event.preventDefault();
    busy(by("yes"), onYes(by("proof").value.trim()).then(function (isDone) {
      if (!isDone) return;
      by("asking").close(); // which gives the focus back to what opened it
      offerNext();
    }));
  });

  function askUndo(deed) {
    call("/till/undoing/", { deed: deed, store: store }).then(function (answer) {
      ask(words.askUndo, words.undoYes, answer.told.html || "", false, function () {
        return performNow("undo", { deed: deed }, "asking-wrong");
      });
      if (!answer.told.html) say("asking-wrong", explain(answer));
    });
  }

  function askReward(pressed) {
    var bill = by("amount").value.trim();
    ask(words.askUse, words.useYes, "", true, function (proof) {
      var told = Object.assign(whom(), { reward: pressed.dataset.reward, proof: proof });
      if (bill) told.amount = bill;
      return performNow("reward", told, "asking-wrong");
    });
    by("asking-what").append(Object.assign(document.createElement("p"), { textContent: pressed.dataset.name }));
  }
  function askPayment(pressed) {
    var choices = pressed.parentElement.querySelector("template").innerHTML;
    ask(words.askPay, words.payYes, choices, true, function (proof) {
      var points = by("asking-what").querySelector("[name=points]:checked");
      var told = { reward: pressed.dataset.pay, points: Number(points.value), proof: proof };
      return performNow("earn", Object.assign(readBill(), told), "asking-wrong");
    });
  }
  by("send-code").addEventListener("click", function () {
    busy(by("send-code"), call("/till/code/", { customer: who.customer, store: store }).then(function (answer) {
      if (answer.told.html) by("code-sent").textContent = answer.told.html;
      else say("asking-wrong", explain(answer));
      by("proof").focus();
    }));
  });
  document.addEventListener("submit", function (event) {
    var form = event.target;
    if (!form.matches("[data-right]")) return;
    event.preventDefault();
    busy(form, performNow("adjust", Object.assign(whom(), {
      wallet: form.wallet.value, amount: form.amount.value.trim(), key: form.reason.value, reason: form.note.value.trim(),
    }), "bill-wrong"));
  });

  /* ---------- scanners: one that types, and the camera ---------- */

  function take(text) {
    if (by("camera").open) closeCamera();
    if (by("asking").open && !by("asking").querySelector(".proof").hidden) {
      by("proof").value = text;
      by("asking").querySelector("form").requestSubmit();
    } else if (!by("deeds").hidden && !/^\d{10}(\d{6})?$/.test(text)) {
      by("code").value = text;
      by("codes").requestSubmit();
    } else {
      goNext();
      find({ text: text });
    }
  }

  /* A scanner types ten signs and more within a blink and ends with Enter, wherever the cursor stands. */
  var burst = "", before = null, when = 0;
  document.addEventListener("keydown", function (event) {
    var now = event.timeStamp, field = event.target.matches("input") ? event.target : null;
    if (now - when > 60) { burst = ""; before = field ? field.value : null; }
    when = now;
    if (event.key.length === 1 && !event.ctrlKey && !event.metaKey && !event.altKey) burst += event.key;
    else if (event.key === "Enter" && burst.length >= 8 && !(field && field.id === "text")) {
      event.preventDefault();
      event.stopPropagation();
      if (field && before !== null) field.value = before;
      var text = burst.trim();
      burst = "";
      take(text);
    } else if (event.key === "Escape" && !document.querySelector("dialog[open]")) goNext();
  }, true);

  var stream = null;
  function closeCamera() {
    if (stream) stream.getTracks().forEach(function (one) { one.stop(); });
    stream = null;
    if (by("camera").open) by("camera").close();
  }
  if ("BarcodeDetector" in window && navigator.mediaDevices) {
    BarcodeDetector.getSupportedFormats().then(function (formats) {
      if (formats.indexOf("qr_code") < 0) return;
      var detector = new BarcodeDetector({ formats: ["qr_code"] });
      by("scan").hidden = false;
      by("scan").addEventListener("click", function () {
        navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } }).then(function (opened) {
          stream = opened;
          var film = by("camera").querySelector("video");
          film.srcObject = opened;
          by("camera").showModal();
          return film.play().then(function () { watch(film, detector); });
        }).catch(function () { say("find-wrong", words.camera); });
      });
    }).catch(function () {});
    by("camera").addEventListener("close", closeCamera);
  }
  function watch(film, detector) {
    if (!stream) return;
    detector.detect(film).then(function (seen) {
      if (seen.length) take(seen[0].rawValue.trim());
      else setTimeout(function () { watch(film, detector); }, 150);
    }, function () { setTimeout(function () { watch(film, detector); }, 500); });
  }

  /* ---------- the queue ---------- */

  function count() {
    return tillQueue.list().then(function (kept) {
      by("waits").hidden = !kept.length;
      by("waits").querySelector(".count").textContent = kept.length;
      by("waits").classList.toggle("refused", kept.some(function (one) { return one.refused; }));
      if (!kept.length) by("queue").hidden = true;
      draw(kept);
      return kept;
    }, function () { return []; });
  }

  function draw(kept) {
    by("queued").replaceChildren.apply(by("queued"), kept.map(function (one) {
      var row = by("one-queued").content.cloneNode(true).firstElementChild;
      row.querySelector("strong").textContent = words[one.deed.kind] || "";
      row.querySelector("bdi").textContent = [one.label, one.deed.who].filter(Boolean).join(" · ");
      row.querySelector("small").textContent = one.refused ? words.refused + " " + one.refused : words.waits;
      row.classList.toggle("wrong", Boolean(one.refused));
      row.querySelector(".again").hidden = !one.refused;
      row.querySelector(".again").addEventListener("click", function () {
        one.refused = "";
        tillQueue.put(one).then(sync);
      });
      row.querySelector(".drop").addEventListener("click", function () {
        if (this.dataset.sure) tillQueue.drop(one.place).then(count);
        this.dataset.sure = "1";
        this.textContent = words.sure;
      });
      return row;
    }));
  }

  /* One after another, in the order in which they were done; one window at a time. */
  var isSending = false;
  function sync() {
    if (isSending) return Promise.resolve();
    isSending = true;
    var work = navigator.locks ? navigator.locks.request("wafaa-till", { ifAvailable: true }, function (lock) { return lock ? sendAll() : null; }) : sendAll();
    return Promise.resolve(work).catch(function () {}).then(function () { isSending = false; return count(); });
  }
  function sendAll() {
    return tillQueue.list().then(function (kept) {
      return kept.filter(function (one) { return !one.refused; }).reduce(function (before, one) {
        return before.then(function (goesOn) { return goesOn ? sendOne(one) : false; });
      }, Promise.resolve(true));
    });
  }
  function sendOne(one) {
    return send(one.deed).then(function (answer) {
      by("signed-out").hidden = !isSignedOut(answer);
      if (isDone(answer)) return tillQueue.drop(one.place).then(function () { showSent(one.deed.id, answer.told); return true; });
      if (!isRefused(answer)) return false;
      one.refused = answer.told.message;
      return tillQueue.put(one).then(function () { return true; });
    });
  }

  by("waits").addEventListener("click", function () {
    by("queue").hidden = !by("queue").hidden;
    if (!by("queue").hidden) by("queue-head").scrollIntoView();
  });
  by("send").addEventListener("click", function () { busy(by("send"), sync()); });
  window.addEventListener("online", sync);
  window.addEventListener("offline", function () { setDown(true); });
  setInterval(function () {
    if (!by("waits").hidden || isDown) call("/till/status/").then(function (answer) {
      if (answer.told.token) { token = answer.told.token; sync(); }
    });
  }, SEND_MS);

  remember();
  setDown(isDown || !navigator.onLine);
  open("find");
  by("text").focus();
  count().then(function (kept) { if (kept.length && !isDown) sync(); });
})();
