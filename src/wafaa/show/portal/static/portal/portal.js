/* Everything works without this: it installs the page's worker, and fills in a code that came by SMS. */
(function () {
  "use strict";

  if ("serviceWorker" in navigator && window.top === window) {
    navigator.serviceWorker.register("/me/worker.js", { scope: "/me/" }).catch(function () {});
  }

  /* The code of the card holds a proof of this moment. */
  var card = document.querySelector("[data-renewed]");
  function renew() {
    if (document.hidden) return;
    fetch(card.dataset.renewed, { redirect: "error" }).then(function (told) {
      return told.ok ? told.text() : Promise.reject(new Error("no card"));
    }).then(function (drawn) {
      card.innerHTML = drawn;
    }).catch(function () {});
  }
  if (card) {
    setInterval(renew, 20000);
    document.addEventListener("visibilitychange", renew);
  }

  var field = document.querySelector("input[autocomplete='one-time-code']");
  if (field && "OTPCredential" in window) {
    var stop = new AbortController();
    field.form.addEventListener("submit", function () {
      stop.abort();
    });
    navigator.credentials.get({ otp: { transport: ["sms"] }, signal: stop.signal }).then(function (told) {
      field.value = told.code;
      field.form.submit();
    }).catch(function () {});
  }
})();
