// Voice input where the browser has it. Browsers that cannot listen on the device send the sound to their
// maker: then it is said before the first time, and nothing is heard without a yes.
(() => {
  const Recognition = window.SpeechRecognition || window.webkitSpeechRecognition;
  if (!Recognition) return;
  const FAULTS = {
    "not-allowed": "浏览器没有允许使用麦克风，请在浏览器设置里允许，或者打字提问",
    "no-speech": "没有听到声音，请再按一次语音输入",
    "audio-capture": "没有找到麦克风，请打字提问",
    network: "浏览器的语音服务连不上，请打字提问",
  };
  const button = () => document.getElementById("voice-button");
  let listening = null;
  let agreed = false;

  const onDevice = async () => {
    try { return (await Recognition.available({ langs: ["zh-CN"], processLocally: true })) === "available"; }
    catch { return false; }
  };
  const listen = (local) => {
    listening = new Recognition();
    listening.lang = "zh-CN";
    if (local) listening.processLocally = true;
    listening.onstart = () => { button().textContent = "停止语音输入"; tiaoju.say("请说话"); };
    listening.onresult = ({ results }) => {
      const heard = results[0][0].transcript;
      tiaoju.write((tiaoju.box().value + heard).trim());
      tiaoju.say(`听到：${heard}。按回车键提问`);
      tiaoju.box().focus();
    };
    listening.onerror = ({ error }) => { if (error !== "aborted") tiaoju.say(FAULTS[error] || "没有听清，请再试一次，或者打字提问"); };
    listening.onend = () => { listening = null; button().textContent = "语音输入"; };
    listening.start();
  };
  const begin = async () => {
    const local = await onDevice();
    if (local || agreed) return listen(local);
    const dialog = document.getElementById("voice-consent");
    dialog.returnValue = "";
    dialog.onclose = () => {
      button().focus();
      if (dialog.returnValue === "yes") { agreed = true; listen(false); }
    };
    dialog.showModal();
  };
  tiaoju.prepares.push(() => { if (button()?.hidden) button().hidden = false; });
  document.addEventListener("click", ({ target }) => {
    if (target.closest?.("#voice-button")) listening ? listening.stop() : begin();
  });
})();
