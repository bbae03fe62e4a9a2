// Reviews on a shop's page: <div data-wafaa-reviews="PRODUCT"><a href=".../reviews/of/PRODUCT/">…</a></div>
// Asks nobody but the server it came from, sets no cookie, keeps nothing. Without it the link stays. Texts are put in as text.
(() => {
  "use strict";
  const me = document.currentScript;
  if (!me || !window.fetch || !Element.prototype.attachShadow) return;
  const base = new URL(me.src).origin;
  const WORDS = {
    ar: {
      average: "%s من 5", bought: "مشترٍ موثّق", more: "مزيد من التقييمات", write: "اكتب تقييمًا", reply: "ردّ المتجر", photo: "صورة من التقييم",
      none: "لا تقييمات بعد", anonymous: "عميل", star: "%s من 5 نجوم",
      count: ["لا تقييمات", "تقييم واحد", "تقييمان", "%s تقييمات", "%s تقييمًا", "%s تقييم"],
    },
    en: {
      average: "%s of 5", bought: "Verified buyer", more: "More reviews", write: "Write a review", reply: "The shop's answer",
      photo: "Photo of the review", none: "No reviews yet", anonymous: "Customer", star: "%s of 5 stars",
      count: ["No reviews", "One review", "%s reviews", "%s reviews", "%s reviews", "%s reviews"],
    },
  };
  const STYLE = `
    :host { display: block; font: inherit; color: inherit; line-height: 1.6; }
    * { box-sizing: border-box; }
    .head { display: flex; flex-wrap: wrap; gap: .3em .9em; align-items: baseline; }
    .big { font-size: 1.8em; font-weight: 700; }
    .gold { color: #b26a00; letter-spacing: .06em; white-space: nowrap; }
    .off { opacity: .28; }
    .soft { opacity: .75; font-size: .9em; }
    .ok { color: #14713f; font-size: .9em; font-weight: 600; }
    ul { list-style: none; margin: 1em 0; padding: 0; display: grid; gap: 1.1em; }
    li { border-block-start: 1px solid rgb(128 128 128 / .3); padding-block-start: 1em; }
    b, p { overflow-wrap: anywhere; }
    p { margin: .3em 0; white-space: pre-wrap; }
    .reply { border-inline-start: 3px solid rgb(128 128 128 / .35); padding-inline-start: .8em; margin-block: .6em; }
    img { width: 5.5em; height: 5.5em; object-fit: cover; border-radius: 6px; margin-inline-end: .4em; }
    a { color: inherit; }
    button { font: inherit; padding: .5em 1em; border: 1px solid currentcolor; border-radius: 6px; background: none; color: inherit; cursor: pointer; }
    .head a { margin-inline-start: auto; }
    @media (prefers-color-scheme: dark) { .gold { color: #d98a1f; } .ok { color: #3aa86b; } }`;

  function make(name, text, css) {
    const element = document.createElement(name);
    if (text !== undefined) element.textContent = text;
    if (css) element.className = css;
    return element;
  }

  function sayCount(words, language, count) {
    const forms = ["zero", "one", "two", "few", "many", "other"];
    const form = count === 0 ? 0 : count === 1 ? 1 : forms.indexOf(new Intl.PluralRules(language).select(count));
    return words.count[form].replace("%s", new Intl.NumberFormat(language, { numberingSystem: "latn" }).format(count));
  }

  function drawStars(words, rating) {
    const whole = Math.round(rating);
    const stars = make("span", "", "gold");
    stars.setAttribute("role", "img");
    stars.setAttribute("aria-label", words.star.replace("%s", rating));
    stars.append("★".repeat(whole), make("span", "★".repeat(5 - whole), "off"));
    return stars;
  }

  function drawReview(words, language, one) {
    const item = make("li");
    const top = make("div", undefined, "head");
    top.append(drawStars(words, one.rating));
    if (one.title) { const title = make("b", one.title); title.dir = "auto"; top.append(title); }
    const by = make("div", undefined, "soft");
    const name = make("bdi", one.name || words.anonymous);
    const day = new Date(one.date + "T12:00:00");
    const date = make("time", new Intl.DateTimeFormat(language, { dateStyle: "long", calendar: "gregory", numberingSystem: "latn" }).format(day));
    date.dateTime = one.date;
    by.append(name, " · ", date);
    item.append(top, by);
    if (one.isVerified) item.append(make("div", "✓ " + words.bought, "ok"));
    if (one.text) {
      const text = make("p", one.text);
      text.dir = "auto";
      text.lang = one.language;
      item.append(text);
    }
    for (const photo of one.photos) {
      const link = make("a");
      link.href = photo.url;
      link.rel = "noopener";
      link.target = "_blank";
      const image = make("img");
      image.src = photo.small;
      image.alt = words.photo;
      image.loading = "lazy";
      image.width = image.height = 88;
      link.append(image);
      item.append(link);
    }
    if (one.reply) {
      const reply = make("div", undefined, "reply");
      const text = make("p", one.reply.text);
      text.dir = "auto";
      reply.append(make("div", words.reply, "soft"), text);
      item.append(reply);
    }
    return item;
  }

  function markUp(told) {
    if (!told) return;
    const script = make("script", JSON.stringify(told));
    script.type = "application/ld+json";
    document.head.append(script);
  }

  function load(address) {
    return fetch(address, { credentials: "omit" }).then((answer) => {
      if (!answer.ok) throw new Error(answer.status);
      return answer.json();
    });
  }

  function show(place) {
    if (place.shadowRoot) return;
    const language = (place.dataset.language || document.documentElement.lang || "ar").slice(0, 2) === "en" ? "en" : "ar";
    const words = WORDS[language];
    load(base + "/v1/public/reviews/" + encodeURIComponent(place.dataset.wafaaReviews)).then((told) => {
      const root = place.attachShadow({ mode: "open" });
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(STYLE);
      root.adoptedStyleSheets = [sheet];
      const box = make("section");
      box.dir = language === "ar" ? "rtl" : "ltr";
      box.lang = language;
      const head = make("div", undefined, "head");
      const { average, count } = told.rating;
      if (count) head.append(make("span", words.average.replace("%s", average), "big"), drawStars(words, average));
      head.append(make("span", count ? sayCount(words, language, count) : words.none, "soft"));
      const write = make("a", words.write);
      write.href = told.product.url + "write/?language=" + language;
      head.append(write);
      const list = make("ul");
      const more = make("button", words.more);
      more.type = "button";
      let next = told.next;
      const add = (page) => {
        for (const one of page.reviews) list.append(drawReview(words, language, one));
        next = page.next;
        more.hidden = !next;
      };
      more.addEventListener("click", () => load(next).then(add));
      add(told);
      box.append(head, list, more);
      root.append(box);
      markUp(told.markup);
    }).catch(() => {});
  }

  const start = () => document.querySelectorAll("[data-wafaa-reviews]").forEach(show);
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
  else start();
})();
