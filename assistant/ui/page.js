// Keeps one live region that stays, tells it once how an answer came out, moves the focus to the new
// answer's heading, and lets suggestions ask. Loaded after reading.js.
(() => {
  let waiting = 0;
  let announced = "";

  const status = () => {
    let region = document.getElementById("tj-status");
    if (!region && document.body) {
      region = document.createElement("div");
      region.id = "tj-status";
      region.className = "visually-hidden";
      region.setAttribute("role", "status");
      document.body.append(region);
    }
    return region;
  };
  const say = tiaoju.say = (text) => {
    clearTimeout(waiting);
    const region = status();
    if (region && region.textContent !== text) region.textContent = text;
  };
  const box = tiaoju.box = () => document.querySelector("#question textarea, #question input");
  const started = () => {
    clearTimeout(waiting);
    status().textContent = "";
    waiting = setTimeout(() => say("正在查找条款"), 1000);
  };
  const write = tiaoju.write = (text) => {
    const field = box();
    const prototype = field.tagName === "TEXTAREA" ? HTMLTextAreaElement.prototype : HTMLInputElement.prototype;
    Object.getOwnPropertyDescriptor(prototype, "value").set.call(field, text);
    field.dispatchEvent(new Event("input", { bubbles: true }));
  };
  const ask = (text) => {
    write(text);
    setTimeout(() => document.getElementById("ask-button").click(), 50);
  };
  const newest = () => {
    const article = document.querySelector("#conversation article");
    const heading = article?.querySelector("h3");
    if (!heading) { announced = ""; return; }
    if (heading.id === announced) return;
    announced = heading.id;
    say(article.dataset.announce);
    heading.focus();
  };
  const prepare = () => {
    status();
    for (const prepare of tiaoju.prepares) prepare();
    if (box() && !document.getElementById("tj-skip")) {
      const link = document.createElement("a");
      link.id = "tj-skip";
      link.className = "skip";
      link.href = "#question";
      link.textContent = "跳到提问框";
      link.addEventListener("click", (event) => { event.preventDefault(); box()?.focus(); });
      const region = document.createElement("nav");
      region.setAttribute("aria-label", "快捷入口");
      region.append(link);
      document.body.prepend(region);
    }
  };
  document.addEventListener("DOMContentLoaded", () => {
    prepare();
    // Gradio clears the body once while it starts: what was put there is put back.
    new MutationObserver(() => { prepare(); newest(); }).observe(document.body, { childList: true, subtree: true });
    document.addEventListener("click", (event) => {
      const suggestion = event.target.closest?.(".suggestion");
      if (suggestion) ask(suggestion.dataset.question);
      if (event.target.closest?.("#ask-button, .example")) started();
    });
    document.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && !event.shiftKey && event.target === box()) started();
    });
  });
})();
