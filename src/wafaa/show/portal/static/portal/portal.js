/* Everything works without this: it installs the page's worker, and fills in a code that came by SMS. */
(function () {
  "use strict";

  if ("serviceWorker" in navigator && window.top === window) {
    navigator.serviceWorker.register("/me/worker.js", { scope: "/me/" }).catch(function () {});
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
