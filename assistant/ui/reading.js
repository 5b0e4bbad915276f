// Reading settings, on every page: put on <html> before first paint, so that nothing jumps, and kept in
// this browser only. Without script the page is whole, and the settings do not show.
window.tiaoju = (() => {
  const KEPT = "tj-reading";
  const settings = (() => { try { return JSON.parse(localStorage.getItem(KEPT)) || {}; } catch { return {}; } })();
  const apply = () => { for (const [name, value] of Object.entries(settings)) document.documentElement.dataset[name] = value; };
  const self = {
    settings,
    say() {}, // page.js: tell the live region
    prepares: [], // called whenever Gradio has put something on the page
    show() {
      for (const part of document.querySelectorAll(".reading[hidden]")) part.hidden = false;
      for (const radio of document.querySelectorAll("[data-reading]:not([data-ready])")) {
        radio.dataset.ready = "";
        radio.checked = radio.value === (settings[radio.dataset.reading] ?? radio.closest("fieldset").querySelector("input").value);
      }
    },
    set(name, value) {
      settings[name] = value;
      apply();
      try { localStorage.setItem(KEPT, JSON.stringify(settings)); } catch { self.say("这个浏览器不让保存设置，关掉网页后要重新选"); }
    },
  };
  apply();
  self.prepares.push(self.show);
  document.addEventListener("DOMContentLoaded", self.show);
  document.addEventListener("change", ({ target }) => { if (target.dataset?.reading) self.set(target.dataset.reading, target.value); });
  return self;
})();
