"use strict";
/* The page of a selection: weights move, scores, ranks and places follow. The rules are those of the
   program (points to score, equal scores, quotas, limits); a test holds both to the same result. */
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const { criteria, cases, categories, limits, texts } = data;
  const STEP = 1e-7;
  const MOST_ROWS = 500;
  const COLOURS = { production: "#0b6e69", living: "#b86e00", urban_rural: "#3a5a94" };
  const state = { weights: criteria.map((c) => c.weight), method: data.live[0], sort: "rank", down: false, category: "", words: "", only: false, now: null, result: null };
  const $ = (id) => document.getElementById(id);

  // --- the rules ---------------------------------------------------------------------------

  function weightedSum(points, shares) {
    return points.map((own) => own.reduce((sum, value, j) => sum + value * shares[j], 0));
  }

  function topsis(points, shares) {
    if (points.length === 1) return [1];
    const weighted = points.map((own) => own.map((value, j) => value * shares[j]));
    const best = shares.map((_, j) => Math.max(...weighted.map((row) => row[j])));
    const worst = shares.map((_, j) => Math.min(...weighted.map((row) => row[j])));
    const distance = (row, to) => Math.sqrt(row.reduce((sum, value, j) => sum + (value - to[j]) ** 2, 0));
    return weighted.map((row) => {
      const [near, far] = [distance(row, best), distance(row, worst)];
      return near + far > 0 ? far / (near + far) : 1;
    });
  }

  function places(keys) {
    const order = cases.map((_, i) => i).sort((a, b) => keys[b] - keys[a] || cases[a].tie_order - cases[b].tie_order);
    const left = Object.fromEntries(categories.map((c) => [c.id, c.quota]));
    const taken = { sector: {}, region: {}, applicant: {} };
    const count = (kind, name) => taken[kind][name] || 0;
    const fits = (i) => (left[cases[i].category] || 0) > 0 && Object.entries(limits).every(([kind, most]) => !cases[i][kind] || count(kind, cases[i][kind]) < most);
    const spread = (i) => [count("sector", cases[i].sector), count("region", cases[i].region), cases[i].tie_order];
    const less = (a, b) => { for (let k = 0; k < a.length; k++) if (a[k] !== b[k]) return a[k] < b[k]; return false; };
    const chosen = [];
    for (let start = 0; start < order.length;) {
      let end = start;
      while (end < order.length && keys[order[end]] === keys[order[start]]) end++;
      let waiting = order.slice(start, end).filter(fits);
      while (waiting.length) {
        const first = waiting.reduce((a, b) => (less(spread(b), spread(a)) ? b : a));
        left[cases[first].category]--;
        for (const kind of Object.keys(taken)) taken[kind][cases[first][kind]] = count(kind, cases[first][kind]) + 1;
        chosen.push(first);
        waiting = waiting.filter((i) => i !== first && fits(i));
      }
      start = end;
    }
    return chosen;
  }

  function rankOf(keys, members) {
    const ranks = new Map();
    const sorted = [...members].sort((a, b) => keys[b] - keys[a]);
    sorted.forEach((i, at) => ranks.set(i, at && keys[sorted[at - 1]] === keys[i] ? ranks.get(sorted[at - 1]) : at + 1));
    return ranks;
  }

  function compute(weights, method) {
    const total = weights.reduce((sum, w) => sum + w, 0);
    const shares = weights.map((w) => w / total);
    const points = cases.map((c) => c.points);
    const scores = (method === "topsis" ? topsis : weightedSum)(points, shares);
    const keys = scores.map((score) => Math.floor(score / STEP + 0.5));
    const all = cases.map((_, i) => i);
    const within = new Map();
    for (const name of new Set(cases.map((c) => c.category))) rankOf(keys, all.filter((i) => cases[i].category === name)).forEach((rank, i) => within.set(i, rank));
    return { scores, keys, ranks: rankOf(keys, all), within, chosen: places(keys) };
  }

  // --- small pieces ------------------------------------------------------------------------

  function make(tag, attributes, ...children) {
    const node = document.createElement(tag);
    return fill(node, attributes, children);
  }

  function draw(tag, attributes, ...children) {
    return fill(document.createElementNS("http://www.w3.org/2000/svg", tag), attributes, children);
  }

  function fill(node, attributes, children) {
    for (const [name, value] of Object.entries(attributes || {})) {
      if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
      else if (value !== null && value !== false) node.setAttribute(name, value === true ? "" : value);
    }
    node.append(...children.filter((c) => c !== null && c !== "").map((c) => (c instanceof Node ? c : String(c))));
    return node;
  }

  const format = new Intl.NumberFormat(data.lang, { maximumSignificantDigits: 4 });
  const number = (value) => (value === null ? "—" : format.format(value).replace("-", "−"));
  const fixed = (value, digits) => value.toFixed(digits).replace("-", "−");
  const percent = (value) => (value === null ? "—" : value > 0.9995 && value < 1 ? ">99.9 %" : `${fixed(100 * value, value > 0.1 && value < 0.995 ? 0 : 1).replace(/\.0$/, "")} %`);
  const say = (key, params) => Object.entries(params).reduce((words, [name, value]) => words.replaceAll(`{${name}}`, value), texts[key]);
  const names = (positions) => positions.map((i) => cases[i].id).join(texts.listed) || texts.nobody;
  const scoreText = (score) => (state.method === "topsis" ? fixed(score, 4) : fixed(score, 2));

  function bar(share) {
    const inner = make("i");
    inner.style.width = `${Math.max(0, Math.min(100, share))}%`;
    return make("div", { class: "bar" }, inner);
  }

  // --- controls ----------------------------------------------------------------------------

  function controls() {
    criteria.forEach((criterion, j) => {
      const shown = make("output", { id: `share-${j}` });
      const slider = make("input", { type: "range", min: 0, max: Math.max(100, ...criteria.map((c) => c.weight)), step: "any", value: criterion.weight, id: `weight-${criterion.id}`, oninput: (event) => { state.weights[j] = Math.round(Number(event.target.value)); update(); } });
      $("sliders").append(make("div", { class: "weight" }, make("label", {}, make("span", { class: "name" }, criterion.name, shown), slider)));
    });
    for (const name of data.live) $("method").append(make("option", { value: name }, texts[`method.${name}`]));
    $("method").addEventListener("change", (event) => { state.method = event.target.value; update(); });
    $("category").append(make("option", { value: "" }, texts.all));
    for (const category of categories) $("category").append(make("option", { value: category.id }, category.name));
    $("category").addEventListener("change", (event) => { state.category = event.target.value; show(); });
    $("words").addEventListener("input", (event) => { state.words = event.target.value.toLocaleLowerCase(); show(); });
    $("only").addEventListener("change", (event) => { state.only = event.target.checked; show(); });
    $("reset").addEventListener("click", () => {
      state.weights = criteria.map((c) => c.weight);
      criteria.forEach((c) => { $(`weight-${c.id}`).value = c.weight; });
      state.method = $("method").value = data.live[0];
      update();
    });
  }

  function report() {
    const total = state.weights.reduce((sum, w) => sum + w, 0);
    criteria.forEach((_, j) => { $(`share-${j}`).textContent = `${fixed(state.weights[j], state.weights[j] % 1 ? 1 : 0)} · ${total > 0 ? percent(state.weights[j] / total) : "—"}`; });
    if (total <= 0) return tell(texts.zero, true);
    const chosen = new Set(state.result.chosen);
    const enters = state.result.chosen.filter((i) => !cases[i].selected);
    const leaves = cases.map((_, i) => i).filter((i) => cases[i].selected && !chosen.has(i));
    const changed = Math.max(enters.length, leaves.length);
    return tell(changed ? say("changed", { count: changed, enters: names(enters), leaves: names(leaves) }) : texts.unchanged, changed > 0);
  }

  function tell(words, changed) {
    $("state").textContent = words;
    $("state").classList.toggle("changed", changed);
  }

  // --- table -------------------------------------------------------------------------------

  const columns = [
    { id: "chosen", name: texts.picked, value: (i, r) => -(r.chosen.indexOf(i) + 1 || 1e9), cell: (i, r) => make("td", { class: "mark" }, r.chosen.includes(i) ? "●" : "") },
    { id: "rank", name: texts["column.rank"], num: true, value: (i, r) => r.ranks.get(i), cell: (i, r) => r.ranks.get(i) },
    { id: "case", name: texts["column.title"], value: (i) => cases[i].name, cell: (i) => make("td", { class: "case" }, cases[i].name, make("div", {}, cases[i].id, ...tags(cases[i]))) },
    { id: "category", name: texts["column.category"], value: (i) => cases[i].category_name, cell: (i, r) => make("td", { class: "category", title: texts["column.category_rank"] }, cases[i].category_name, make("div", { class: "quiet" }, `${r.within.get(i)} / ${cases.filter((c) => c.category === cases[i].category).length}`)) },
    { id: "score", name: texts["column.score"], num: true, value: (i, r) => r.scores[i], cell: (i, r) => make("td", { class: "num" }, scoreText(r.scores[i]), bar(state.method === "topsis" ? 100 * r.scores[i] : r.scores[i])) },
    ...criteria.map((c, j) => ({ id: c.id, name: c.name, num: true, value: (i) => cases[i].points[j], cell: (i) => fixed(cases[i].points[j], 0) })),
    { id: "p_selected", name: texts["column.p_selected"], num: true, value: (i) => cases[i].p_selected ?? -1, cell: (i) => percent(cases[i].p_selected) },
    { id: "NER", name: texts["column.NER"], num: true, value: (i) => cases[i].NER, cell: (i) => make("td", { class: "num" }, number(cases[i].NER), cases[i].p5 === null ? null : make("div", { class: "quiet" }, `${number(cases[i].p5)} – ${number(cases[i].p95)}`)) },
  ];

  function tags(own) {
    const found = [make("span", { class: "tag" }, own.verdict_name)];
    if (!own.eligible) found.push(make("span", { class: "tag harm" }, texts.ineligible));
    if (own.overlapping.length) found.push(make("span", { class: "tag amber" }, texts.overlapping));
    if (own.similar.length) found.push(make("span", { class: "tag amber" }, texts.similar));
    return found.flatMap((tag) => [" ", tag]);
  }

  function head() {
    for (const column of columns) {
      const press = () => { state.down = state.sort === column.id ? !state.down : Boolean(column.num && column.id !== "rank"); state.sort = column.id; show(); };
      $("head").append(make("th", { id: `col-${column.id}`, scope: "col", class: column.num ? "num" : null }, make("button", { type: "button", onclick: press }, column.name)));
    }
  }

  function shown() {
    const column = columns.find((c) => c.id === state.sort);
    const result = state.result;
    const value = cases.map((_, i) => column.value(i, result));
    const compare = (a, b) => (typeof value[a] === "string" ? value[a].localeCompare(value[b], data.lang) : value[a] - value[b]);
    const fits = (own, i) => (!state.category || own.category === state.category) && (!state.only || result.chosen.includes(i)) && own.words.includes(state.words);
    const found = cases.map((_, i) => i).filter((i) => fits(cases[i], i));
    return found.sort((a, b) => (state.down ? compare(b, a) : compare(a, b)) || result.keys[b] - result.keys[a] || cases[a].tie_order - cases[b].tie_order);
  }

  function show() {
    const rows = shown();
    for (const column of columns) {
      const cell = $(`col-${column.id}`);
      if (column.id === state.sort) cell.setAttribute("aria-sort", state.down ? "descending" : "ascending");
      else cell.removeAttribute("aria-sort");
    }
    $("rows").replaceChildren(...rows.slice(0, MOST_ROWS).map(row));
    $("count").textContent = say("shown", { count: Math.min(rows.length, MOST_ROWS), all: cases.length });
    scatter(new Set(rows));
    card();
  }

  function row(i) {
    const cells = columns.map((column) => {
      const cell = column.cell(i, state.result);
      return cell instanceof Node ? cell : make("td", { class: column.num ? "num" : null }, cell);
    });
    const classes = [state.result.chosen.includes(i) ? "in" : "", state.now === i ? "now" : ""].join(" ").trim();
    const pick = () => { state.now = i; show(); };
    return make("tr", { class: classes || null, "data-id": cases[i].id, tabindex: 0, onclick: pick, onkeydown: (event) => { if (event.key === "Enter") pick(); } }, ...cells);
  }

  // --- scatter -----------------------------------------------------------------------------

  function scatter(visible) {
    const [width, height, left, right, top, bottom] = [330, 270, 30, 10, 12, 42];
    const signed = (v) => Math.sign(v) * Math.log10(1 + Math.abs(v));
    const column = criteria.findIndex((c) => c.id === "robustness");
    const level = (i) => (column >= 0 ? cases[i].points[column] : 100 * (state.result.ranks.size - state.result.ranks.get(i)) / Math.max(1, cases.length - 1));
    const xs = cases.map((c) => signed(c.NER));
    const [low, high] = [Math.min(0, ...xs), Math.max(1, ...xs)];
    const floor = Math.max(0, Math.floor((Math.min(...cases.map((_, i) => level(i))) - 2) / 10) * 10);
    const x = (v) => left + (width - left - right) * (v - low) / (high - low);
    const y = (v) => height - bottom - (height - top - bottom) * (v - floor) / (100 - floor || 1);
    const parts = [];
    const step = 100 - floor > 40 ? 20 : 10;
    for (let v = floor; v <= 100; v += step) parts.push(draw("line", { x1: left, x2: width - right, y1: y(v), y2: y(v), stroke: "#e6eaeb" }), draw("text", { x: left - 6, y: y(v) + 4, "text-anchor": "end" }, v));
    const powers = [];
    for (let p = -Math.floor(-low); p <= Math.floor(high); p++) powers.push(p);
    const every = Math.ceil(powers.length / 6);
    for (const p of powers) {
      const at = x(signed(p === 0 ? 0 : Math.sign(p) * 10 ** Math.abs(p)));
      parts.push(draw("line", { x1: at, x2: at, y1: top, y2: height - bottom, stroke: p === 0 ? "#5c6a71" : "#eef1f2" }));
      if (p % every === 0) parts.push(draw("text", { x: at, y: height - bottom + 15, "text-anchor": "middle" }, p === 0 ? "0" : new Intl.NumberFormat(data.lang, { notation: "compact" }).format(Math.sign(p) * 10 ** Math.abs(p))));
    }
    parts.push(draw("text", { x: (left + width - right) / 2, y: height - 8, "text-anchor": "middle" }, texts.scatter_x));
    const order = [...visible].sort((a, b) => Number(a === state.now) - Number(b === state.now));
    for (const i of order) {
      const chosen = state.result.chosen.includes(i);
      const colour = COLOURS[cases[i].category] || "#5c6a71";
      parts.push(draw("circle", { class: `dot${state.now === i ? " now" : ""}`, cx: x(xs[i]), cy: y(level(i)), r: 5.5, fill: chosen ? colour : "#ffffff", "fill-opacity": chosen ? 0.8 : 0.6, stroke: colour, "data-id": cases[i].id, onclick: () => { state.now = i; show(); } }, draw("title", {}, `${cases[i].name} · ${cases[i].id}`)));
    }
    $("scatter").replaceChildren(draw("svg", { viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": texts.scatter }, ...parts));
  }

  function legend() {
    for (const category of categories) {
      const dot = make("i");
      dot.style.background = COLOURS[category.id] || "#5c6a71";
      $("legend").append(make("span", {}, dot, category.name));
    }
    $("legend").append(make("span", {}, `● ${texts.picked}   ○ ${texts.not_picked}`));
  }

  // --- card --------------------------------------------------------------------------------

  function card() {
    $("card").hidden = state.now === null;
    if (state.now === null) return;
    const i = state.now;
    const own = cases[i];
    const line = (name, value) => (value === null || value === "" ? null : make("tr", {}, make("td", {}, name), make("td", {}, value)));
    const points = criteria.map((c, j) => make("div", {}, make("div", { class: "name" }, c.name, make("span", {}, fixed(own.points[j], 1) + own.expert_notes[j])), bar(own.points[j])));
    const interval = own.p5 === null ? "" : ` (${number(own.p5)} – ${number(own.p95)})`;
    const rows = [
      line(texts["column.rank"], `${state.result.ranks.get(i)} · ${texts["column.category_rank"]} ${state.result.within.get(i)}`),
      line(texts["column.score"], scoreText(state.result.scores[i])),
      line(texts["column.p_selected"], own.p_selected === null ? null : percent(own.p_selected)),
      line(texts["column.NER"], number(own.NER) + interval),
      line(texts["column.EI"], own.EI === null ? null : `${number(own.EI)} ${own.EI_unit}`),
      line(texts["column.EI_rank"], own.EI_rank),
      line(texts["column.VEI"], own.VEI === null ? null : number(own.VEI)),
      line(texts["column.reduction_rate"], own.reduction_rate === null ? null : percent(own.reduction_rate)),
      line(texts["column.probability"], own.probability === null ? null : percent(own.probability)),
      line(texts["column.verdict"], own.verdict_name),
      line(texts["column.quality_score"], own.quality_score === null ? null : fixed(own.quality_score, 2)),
      line(texts["column.on_front"], own.on_front ? texts.yes : texts.no),
      line(texts["column.category"], own.category_name),
      line(texts["column.sector"], own.sector_name),
      line(texts["column.region"], own.region_name),
      line(texts["column.applicant"], own.applicant),
      line(texts["column.template"], own.template),
      line(texts["column.year"], own.year),
      line(texts["column.reasons"], own.reasons),
      line(texts.similar, own.similar.join(texts.listed)),
      line(texts.overlapping, own.overlapping.join(texts.listed)),
      line(texts.findings, own.findings),
    ].filter(Boolean);
    const close = make("button", { type: "button", class: "close", onclick: () => { state.now = null; show(); } }, texts.close);
    const parts = [close, make("h3", {}, own.name), make("p", { class: "quiet" }, own.id), make("div", { class: "points" }, ...points), make("table", {}, make("tbody", {}, ...rows))];
    if (own.rank_probabilities.length) parts.push(make("p", { class: "quiet" }, texts.ranks), ranks(own.rank_probabilities));
    $("card").replaceChildren(...parts);
  }

  function ranks(probabilities) {
    const most = Math.max(...probabilities, 0.01);
    return make("div", { class: "ranks" }, ...probabilities.map((p, at) => {
      const column = make("i", { title: percent(p) });
      column.style.height = `${80 * p / most}%`;
      return make("span", {}, column, at + 1);
    }));
  }

  // --- start -------------------------------------------------------------------------------

  function update() {
    if (state.weights.some((w) => w > 0)) state.result = compute(state.weights, state.method);
    report();
    show();
  }

  /* What a test compares with the program. */
  window.selection = (weights, method) => {
    const found = compute(weights || state.weights, method || state.method);
    return { ranks: Object.fromEntries([...found.ranks].map(([i, rank]) => [cases[i].id, rank])), chosen: found.chosen.map((i) => cases[i].id), scores: found.scores };
  };

  document.addEventListener("keydown", (event) => { if (event.key === "Escape" && state.now !== null) { state.now = null; show(); } });
  controls();
  head();
  legend();
  update();
})();
