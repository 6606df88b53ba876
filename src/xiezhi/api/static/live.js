// The live page: newest decisions with their reasons, and running counts.
"use strict";

const TEXTS = {
  zh: {
    channel: "渠道", least: "最低分", pause: "暂停", resume: "继续", language: "English", all: "全部",
    decisions: "最新研判", empty: "还没有可疑事件。演示城市开始活动后，研判会出现在这里。",
    live: "实时", paused: "已暂停", broken: "连接中断，正在重连…", events: "事件", per_second: "事件/秒", score: "分值",
    none: "未定类型",
    channels: { call: "通话", message: "短信", visit: "网站访问", install: "应用安装", transfer: "转账", account: "账号操作", sighting: "基站观测", complaint: "举报" },
    actions: { allow: "放行", label: "标记", warn: "预警", verify: "核验", delay: "延迟", hold: "暂扣", block: "拦截", restrict: "限制", refer: "移送" },
  },
  en: {
    channel: "Channel", least: "Least score", pause: "Pause", resume: "Resume", language: "中文", all: "All",
    decisions: "Newest decisions", empty: "Nothing suspicious yet. Decisions appear here once the demo city is awake.",
    live: "Live", paused: "Paused", broken: "Connection lost, trying again…", events: "events", per_second: "events/s", score: "score",
    none: "no type",
    channels: { call: "Call", message: "Message", visit: "Visit", install: "Install", transfer: "Transfer", account: "Account", sighting: "Sighting", complaint: "Complaint" },
    actions: { allow: "allow", label: "label", warn: "warn", verify: "verify", delay: "delay", hold: "hold", block: "block", restrict: "restrict", refer: "refer" },
  },
};
const KEPT = 60;
const state = { language: localStorage.getItem("language") || "zh", paused: false, broken: false, decisions: [], counts: { events: {}, actions: {} }, types: {}, rate: 0, last: null };
const get = (id) => document.getElementById(id);
const words = () => TEXTS[state.language];

function element(tag, kind, text) {
  const made = document.createElement(tag);
  if (kind) made.className = kind;
  if (text !== undefined) made.textContent = text;
  return made;
}

function drawWords() {
  document.documentElement.lang = state.language === "zh" ? "zh-CN" : "en";
  for (const each of document.querySelectorAll("[data-text]")) each.textContent = words()[each.dataset.text];
  get("pause").textContent = state.paused ? words().resume : words().pause;
  get("language").textContent = words().language;
  fillSelect(get("channel"), [["", words().all], ...Object.entries(words().channels)]);
  fillSelect(get("least"), [["0", words().all], ["0.3", "0.3"], ["0.5", "0.5"], ["0.7", "0.7"], ["0.9", "0.9"]]);
  drawState();
}

function fillSelect(select, options) {
  const chosen = select.value;
  select.replaceChildren(...options.map(([value, text]) => new Option(text, value)));
  select.value = options.some(([value]) => value === chosen) ? chosen : options[0][0];
}

function drawState() {
  get("state").textContent = state.broken ? words().broken : state.paused ? words().paused : words().live;
  get("state").classList.toggle("broken", state.broken);
}

function count(number, text) {
  const box = element("div", "count");
  box.append(element("b", "", number.toLocaleString()), element("span", "", text));
  return box;
}

function drawCounts() {
  const total = Object.values(state.counts.events).reduce((sum, each) => sum + each, 0);
  const boxes = [count(total, words().events), count(Math.round(state.rate), words().per_second)];
  for (const [name, number] of Object.entries(state.counts.actions)) boxes.push(count(number, words().actions[name]));
  get("counts").replaceChildren(...boxes);
}

function typeName(type) {
  if (!type) return words().none;
  const names = state.types[type];
  return names ? names[state.language === "zh" ? 0 : 1] : type;
}

function drawDecision(decision) {
  const item = element("li", `decision ${decision.action}`);
  const line = element("p");
  const time = element("time", "", new Date(decision.ts).toLocaleString(state.language === "zh" ? "zh-CN" : "en-GB"));
  line.append(
    element("span", `action ${decision.action}`, words().actions[decision.action]),
    element("span", "type", typeName(decision.type)),
    element("span", "score", `${words().score} ${decision.score.toFixed(2)}`),
    element("span", "where", `${words().channels[decision.channel]} ${decision.subject ?? ""} #${decision.offset}`),
    time,
  );
  const reasons = element("ul");
  reasons.append(...decision[state.language].map((text) => element("li", "", text)));
  item.append(line, reasons);
  return item;
}

function drawDecisions() {
  const channel = get("channel").value, least = Number(get("least").value);
  const shown = state.decisions.filter((each) => (!channel || each.channel === channel) && each.score >= least);
  get("empty").hidden = shown.length > 0;
  get("decisions").replaceChildren(...shown.slice(0, KEPT).map(drawDecision));
}

function draw() { drawWords(); drawCounts(); drawDecisions(); }

function take(message) {
  const now = performance.now();
  const total = Object.values(message.events).reduce((sum, each) => sum + each, 0);
  if (state.last && now > state.last.at) {
    const rate = (total - state.last.total) * 1000 / (now - state.last.at);
    state.rate += (rate - state.rate) / 8;
  }
  state.last = { at: now, total };
  state.counts = message;
  state.decisions = [...message.decisions.reverse(), ...state.decisions].slice(0, 500);
  if (state.paused) return;
  drawCounts();
  if (message.decisions.length) drawDecisions();
}

get("pause").addEventListener("click", () => { state.paused = !state.paused; draw(); });
get("language").addEventListener("click", () => {
  state.language = state.language === "zh" ? "en" : "zh";
  localStorage.setItem("language", state.language);
  draw();
});
get("channel").addEventListener("change", drawDecisions);
get("least").addEventListener("change", drawDecisions);

draw();
fetch("/v1/fraud-types").then((answer) => answer.json()).then((types) => { state.types = types; drawDecisions(); });
const source = new EventSource("/v1/stream");
source.onmessage = (event) => { state.broken = false; drawState(); take(JSON.parse(event.data)); };
source.onerror = () => { state.broken = true; drawState(); };
