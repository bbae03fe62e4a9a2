/* Wafaa's notifications: what a service worker of the shop's own does with them. The shop hosts one line at /wafaa-sw.js:

   importScripts("https://.../wafaa-push.js");

   What is pushed brings all that is shown. Its tag is the message's own, so the same that comes again takes the place of the former. */
(function (worker) {
  "use strict";

  function tell(address) {
    return address ? fetch(address, { method: "POST", credentials: "omit", keepalive: true }).catch(function () {}) : null;
  }

  worker.addEventListener("push", function (event) {
    var told;
    try {
      told = event.data.json();
    } catch (error) {
      return;
    }
    if (String(told.tag).indexOf("message:") !== 0) return; // the shop may push messages of its own
    var shown = worker.registration.showNotification(told.title, {
      body: told.body,
      tag: told.tag,
      lang: told.lang,
      dir: told.dir,
      data: { wafaa: told.tag, url: told.url, opened: told.opened },
    });
    event.waitUntil(
      shown.then(function () {
        return tell(told.delivered);
      })
    );
  });

  worker.addEventListener("notificationclick", function (event) {
    var told = event.notification.data;
    if (!told || !told.wafaa) return;
    event.notification.close();
    var leads = /^https?:/i.test(told.url) ? told.url : worker.registration.scope;
    event.waitUntil(Promise.all([tell(told.opened), worker.clients.openWindow(leads)]));
  });
})(self);
