// Keeps one live region that stays, tells it once how an answer came out, moves the focus to the new
// answer's heading, and lets suggestions ask. An answer is read aloud, copied, saved and printed here.
// Loaded after reading.js.
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
  const box = () => document.querySelector("#question textarea, #question input");
  const started = () => {
    clearTimeout(waiting);
    status().textContent = "";
    waiting = setTimeout(() => say("正在查找条款"), 1000);
  };
  const ask = (text) => {
    const field = box();
    const prototype = field.tagName === "TEXTAREA" ? HTMLTextAreaElement.prototype : HTMLInputElement.prototype;
    Object.getOwnPropertyDescriptor(prototype, "value").set.call(field, text);
    field.dispatchEvent(new Event("input", { bubbles: true }));
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
  // -- what can be done with an answer
  let speaking = null;
  const quiet = () => {
    speechSynthesis.cancel();
    if (speaking) speaking.textContent = "朗读回答";
    speaking = null;
  };
  const tools = {
    speak(button) {
      if (speaking === button) return quiet();
      quiet();
      speaking = button;
      button.textContent = "停止朗读";
      const voice = new SpeechSynthesisUtterance(button.dataset.speech);
      voice.lang = "zh-CN";
      voice.rate = Number(tiaoju.settings.speed || 1);
      voice.onend = voice.onerror = () => { if (speaking === button) quiet(); };
      speechSynthesis.speak(voice);
    },
    async copy(_, text) {
      try { await navigator.clipboard.writeText(text); say("已复制回答和依据"); }
      catch { say("浏览器不让复制，请用“存为文本文件”"); }
    },
    save(_, text) {
      const link = document.createElement("a");
      link.href = URL.createObjectURL(new Blob(["\ufeff", text], { type: "text/plain;charset=utf-8" }));
      link.download = "条条有据-回答.txt";
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href), 1000);
      say("已存为文本文件");
    },
    print(button) {
      const article = button.closest("article");
      article.classList.add("printed");
      document.documentElement.classList.add("printing");
      window.print();
      article.classList.remove("printed");
      document.documentElement.classList.remove("printing");
    },
  };

  const prepare = () => {
    status();
    tiaoju.show();
    if ("speechSynthesis" in window)
      for (const button of document.querySelectorAll('.tool[data-do="speak"][hidden]')) button.hidden = false;
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
      const tool = event.target.closest?.(".tool");
      if (tool) tools[tool.dataset.do](tool, tool.parentElement.dataset.text);
      if (event.target.closest?.("#ask-button, .example")) started();
    });
    addEventListener("pagehide", () => { if (speaking) quiet(); });
    document.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && speaking) quiet();
      if (event.key === "Enter" && !event.shiftKey && event.target === box()) started();
    });
  });
})();
