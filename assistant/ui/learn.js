// Progress of practice, kept in this browser only: which exercises are due, done, or new. Without script
// every exercise can still be answered; only the memory is missing.
document.addEventListener("DOMContentLoaded", () => {
  const KEPT = "tj-learn";
  const records = (() => { try { return JSON.parse(localStorage.getItem(KEPT)) || {}; } catch { return {}; } })();
  const save = () => { try { localStorage.setItem(KEPT, JSON.stringify(records)); return true; } catch { return false; } };
  const due = (id) => records[id] && Date.parse(records[id].card.due) <= Date.now();
  const one = (selector, work) => { const found = document.querySelector(selector); if (found) work(found); };
  const when = (time) => {
    const minutes = Math.max(1, Math.round((Date.parse(time) - Date.now()) / 60000));
    return minutes < 60 ? `${minutes}分钟后` : minutes < 1440 ? `${Math.round(minutes / 60)}小时后` : `${Math.round(minutes / 1440)}天后`;
  };
  // what is due comes first, then what is new
  const choose = (ids) => ids.filter(due)[0] ?? ids.find((id) => !records[id]);
  const address = (id) => `/exercise/${encodeURIComponent(id)}`;

  one("[data-learn-kept]", (place) => {
    const kept = JSON.parse(place.dataset.learnKept);
    records[kept.id] = { card: kept.card, label: kept.label, kind: kept.kind };
    place.textContent = save() ? `这道题${when(kept.card.due)}再来。` : "这个浏览器不让保存记录，这次的结果没有记下。";
  });
  one("#learn-next", (link) => {
    const next = choose(link.dataset.learnOthers.split(" "));
    if (next) link.href = address(next);
    else { link.textContent = "这一章现在没有要做的题了，去看看别的章节"; link.href = "/learn"; }
  });
  one("[data-learn-form]", (form) => {
    const record = records[form.dataset.learnForm];
    if (record) form.elements.card.value = JSON.stringify(record.card);
  });
  const links = [...document.querySelectorAll("[data-learn-id]")];
  for (const link of links) {
    const record = records[link.dataset.learnId];
    link.nextElementSibling.textContent = !record ? "没有做过" : due(link.dataset.learnId) ? "该复习了" : `${when(record.card.due)}复习`;
  }
  one("#learn-start", (link) => {
    const next = choose(links.map((l) => l.dataset.learnId));
    if (next) link.href = address(next);
    else link.textContent = "现在没有要做的题，想做也可以从第1题做起";
  });
  for (const place of document.querySelectorAll("[data-learn-count]")) {
    const ids = place.dataset.learnCount.split(" ");
    const done = ids.filter((id) => records[id]).length, back = ids.filter(due).length;
    place.textContent = `${ids.length}题，做过${done}题${back ? `，${back}题该复习` : ""}`;
  }
  one("#learn-tools", (tools) => { tools.hidden = false; });
  one("#learn-due", (place) => {
    const all = Object.values(records);
    const right = all.reduce((n, r) => n + r.card.right, 0), wrong = all.reduce((n, r) => n + r.card.wrong, 0);
    place.hidden = !all.length;
    place.textContent = `您做过${all.length}题，答对${right}次，答错${wrong}次。`;
  });
  const say = (text) => one("#learn-status", (place) => { place.textContent = text; });
  document.addEventListener("click", ({ target }) => {
    const form = target.dataset?.learnExport;
    if (form) {
      const rows = Object.entries(records).map(([id, r]) => [r.label, r.kind, r.card.right, r.card.wrong, r.card.due, id]);
      const cell = (value) => `"${String(value).replaceAll('"', '""')}"`;
      const head = ["条款", "题型", "答对次数", "答错次数", "下次复习", "题目编号"];
      const text = form === "json" ? JSON.stringify(records, null, 2) : "\ufeff" + [head, ...rows].map((row) => row.map(cell).join(",")).join("\r\n");
      const link = Object.assign(document.createElement("a"), { download: `学习记录.${form}`, href: URL.createObjectURL(new Blob([text], { type: form === "json" ? "application/json" : "text/csv" })) });
      link.click();
      say(`已导出${rows.length}题的记录。`);
    } else if (target.dataset?.learnClear !== undefined) {
      if (target.dataset.learnClear === "sure") { for (const id of Object.keys(records)) delete records[id]; save(); target.dataset.learnClear = ""; target.textContent = "清除记录"; say("记录已清除。"); }
      else { target.dataset.learnClear = "sure"; target.textContent = "确定清除吗？再按一次就清除"; }
    }
  });
});
