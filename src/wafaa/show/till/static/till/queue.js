/* What waits on this device until the server has it: deeds with ids of the device's own, in the browser's database. */
var tillQueue = (function () {
  "use strict";

  var opened = null;

  function open() {
    opened = opened || new Promise(function (resolve, reject) {
      var asked = indexedDB.open("wafaa-till", 1);
      asked.onupgradeneeded = function () {
        asked.result.createObjectStore("deeds", { keyPath: "place", autoIncrement: true });
      };
      asked.onsuccess = function () { resolve(asked.result); };
      asked.onerror = function () { opened = null; reject(asked.error); };
    });
    return opened;
  }

  function run(mode, ask) {
    return open().then(function (kept) {
      return new Promise(function (resolve, reject) {
        var work = kept.transaction("deeds", mode, { durability: "strict" });
        var asked = ask(work.objectStore("deeds"));
        work.oncomplete = function () { resolve(asked.result); };
        work.onerror = work.onabort = function () { reject(work.error); };
      });
    });
  }

  return {
    /* Resolves when it lasts, with its place; in the order in which they were put in. */
    keep: function (deed, label) {
      return run("readwrite", function (deeds) {
        return deeds.add({ deed: deed, label: label, refused: "" });
      });
    },
    list: function () {
      return run("readonly", function (deeds) { return deeds.getAll(); });
    },
    put: function (one) {
      return run("readwrite", function (deeds) { return deeds.put(one); });
    },
    drop: function (place) {
      return run("readwrite", function (deeds) { return deeds.delete(place); });
    },
  };
})();
