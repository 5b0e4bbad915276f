// What can be done with an answer: read aloud, copied, saved, printed, judged. It stays on this machine.
(() => {
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
      try { await navigator.clipboard.writeText(text); tiaoju.say("已复制回答和依据"); }
      catch { tiaoju.say("浏览器不让复制，请用“存为文本文件”"); }
    },
    save(_, text) {
      const link = document.createElement("a");
      link.href = URL.createObjectURL(new Blob(["\ufeff", text], { type: "text/plain;charset=utf-8" }));
      link.download = "条条有据-回答.txt";
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href), 1000);
      tiaoju.say("已存为文本文件");
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

  // -- feedback: kept only after a yes, which holds until the page is left
  let agreed = false;
  const send = async (button) => {
    const group = button.parentElement;
    try {
      const reply = await fetch("/feedback", {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify({ ...JSON.parse(group.dataset.about), rating: button.dataset.rate, consent: true }),
      });
      const { message } = await reply.json();
      group.querySelector(".thanks").textContent = message;
      tiaoju.say(message);
      if (reply.ok) for (const other of group.querySelectorAll(".rate")) other.setAttribute("aria-pressed", String(other === button));
    } catch {
      tiaoju.say("没有存上，请稍后再试一次");
    }
  };
  const rate = (button) => {
    if (agreed) return send(button);
    const dialog = document.getElementById("feedback-consent");
    dialog.returnValue = "";
    dialog.onclose = () => {
      if (dialog.returnValue === "yes") { agreed = true; send(button); }
      button.focus();
    };
    dialog.showModal();
  };

  tiaoju.prepares.push(() => {
    if ("speechSynthesis" in window)
      for (const button of document.querySelectorAll('.tool[data-do="speak"][hidden]')) button.hidden = false;
  });
  document.addEventListener("click", ({ target }) => {
    const tool = target.closest?.(".tool");
    if (tool) tools[tool.dataset.do](tool, tool.parentElement.dataset.text);
    const judge = target.closest?.(".rate");
    if (judge) rate(judge);
  });
  addEventListener("pagehide", () => { if (speaking) quiet(); });
  document.addEventListener("keydown", (event) => { if (event.key === "Escape" && speaking) quiet(); });
})();
