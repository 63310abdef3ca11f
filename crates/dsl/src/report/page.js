// What the page does beyond being read: a pointer on the chart, sorting, filters, paging, light and dark.
"use strict";
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const find = (selector, within = document) => within.querySelector(selector);

  /** A new element with its properties and children. */
  function make(name, properties = {}, ...children) {
    const element = Object.assign(document.createElement(name), properties);
    element.append(...children);
    return element;
  }

  // Numbers as the page has them already.
  const grouped = (digits) => digits.replace(/\B(?=(\d{3})+$)/g, ",");
  function fixed(value, decimals) {
    const [whole, fraction] = Math.abs(value).toFixed(decimals).split(".");
    const zero = !/[1-9]/.test(whole + (fraction || ""));
    return (value < 0 && !zero ? "-" : "") + grouped(whole) + (fraction ? "." + fraction : "");
  }
  function significant(value) {
    if (value === 0) return fixed(value, 2);
    const magnitude = Math.floor(Math.log10(Math.abs(value)));
    const decimals = Math.min(Math.max(5 - magnitude, 2), 12);
    const text = fixed(value, decimals);
    return decimals > 2 ? text.replace(/(\.\d\d\d*?)0+$/, "$1") : text;
  }
  function percent(value) {
    const text = fixed(value, 2);
    return (value > 0 && text !== "0.00" ? "+" : "") + text + " %";
  }
  function moment(seconds, days) {
    const text = new Date(seconds * 1000).toISOString();
    return days ? text.slice(0, 10) : text.slice(0, 16).replace("T", " ");
  }

  // Light and dark. Nothing is kept: the page opens as the system likes it.
  const tools = find("#tools");
  const dark = () => {
    const chosen = document.documentElement.dataset.theme;
    return chosen ? chosen === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  };
  const theme = make("button", { type: "button" });
  const name = () => { theme.textContent = dark() ? "Light" : "Dark"; };
  theme.addEventListener("click", () => {
    document.documentElement.dataset.theme = dark() ? "light" : "dark";
    name();
  });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", name);
  name();
  tools.append(theme);
  tools.hidden = false;

  // The chart: a hair and the values under it, by pointer, finger or arrow keys.
  if (data.chart) {
    const { points, timed } = data.chart;
    const figure = find("#chart");
    const plots = find(".plots", figure);
    const readout = make("p", { className: "readout" });
    plots.before(readout);
    const hair = make("div", { className: "hair", hidden: true });
    const dot = make("div", { className: "dot", hidden: true });
    plots.append(hair, dot);
    plots.classList.add("live");
    plots.tabIndex = 0;
    const first = points[0][0];
    const last = points[points.length - 1][0];
    const days = points.every(([at]) => at % 86400 === 0);
    let scale = "linear";
    let shown = -1;

    const told = ([at, equity, fall]) => {
      const when = timed ? moment(at, days) : "bar " + (at + 1);
      return `${when} · ${fixed(equity, 2)} · drawdown\u00a0${percent(fall).replace(" ", "\u00a0")}`;
    };
    const rest = () => {
      shown = -1;
      hair.hidden = dot.hidden = true;
      readout.textContent = told(points[points.length - 1]);
    };
    function show(number) {
      shown = Math.min(Math.max(number, 0), points.length - 1);
      const [at, equity] = points[shown];
      const plot = find(`.plot[data-scale="${scale}"]`, plots);
      const box = find("svg", plot).getBoundingClientRect();
      const around = plots.getBoundingClientRect();
      const { low, high, log } = data.chart[scale];
      const of = (value) => (log ? Math.log(value) : value);
      const x = box.left - around.left + ((at - first) / Math.max(last - first, 1)) * box.width;
      const y = box.top - around.top + ((of(high) - of(equity)) / (of(high) - of(low))) * box.height;
      hair.style.left = dot.style.left = x + "px";
      dot.style.top = y + "px";
      hair.hidden = dot.hidden = false;
      readout.textContent = told(points[shown]);
    }
    function nearest(event) {
      const box = find(".plot:not([hidden]) svg", plots).getBoundingClientRect();
      const at = first + ((event.clientX - box.left) / box.width) * (last - first);
      let low = 0;
      let high = points.length - 1;
      while (low < high) {
        const middle = (low + high) >> 1;
        if (points[middle][0] < at) low = middle + 1; else high = middle;
      }
      if (low > 0 && at - points[low - 1][0] < points[low][0] - at) low -= 1;
      return low;
    }
    plots.addEventListener("pointermove", (event) => show(nearest(event)));
    plots.addEventListener("pointerdown", (event) => show(nearest(event)));
    plots.addEventListener("pointerleave", rest);
    plots.addEventListener("blur", rest);
    plots.addEventListener("keydown", (event) => {
      const from = shown < 0 ? points.length - 1 : shown;
      const wide = Math.max(1, Math.round(points.length / 20));
      const to = {
        ArrowLeft: from - 1, ArrowRight: from + 1, PageUp: from - wide, PageDown: from + wide,
        Home: 0, End: points.length - 1,
      }[event.key];
      if (event.key === "Escape") rest();
      if (to === undefined) return;
      event.preventDefault();
      readout.setAttribute("aria-live", "polite");
      show(to);
    });
    rest();

    if (data.chart.log) {
      const choice = (key, text) => {
        const button = make("button", { type: "button" }, text);
        button.addEventListener("click", () => choose(key));
        return [key, button];
      };
      const choices = [choice("linear", "Linear"), choice("log", "Logarithmic")];
      const choose = (key) => {
        scale = key;
        for (const [own, button] of choices) button.setAttribute("aria-pressed", String(own === key));
        for (const plot of plots.querySelectorAll("[data-scale]")) plot.hidden = plot.dataset.scale !== key;
        rest();
      };
      const group = make("div", { className: "scales" }, ...choices.map(([, button]) => button));
      group.setAttribute("role", "group");
      group.setAttribute("aria-label", "Scale of the equity");
      figure.append(group);
      choose("linear");
    }
  }

  // Sorting: a button in each head, which turns the order around when pressed again. What is empty stays at the end.
  function sortable(table, sort) {
    const heads = [...table.tHead.rows[0].cells];
    heads.forEach((head, column) => {
      const button = make("button", { type: "button" }, ...head.childNodes);
      head.append(button);
      button.addEventListener("click", () => {
        const before = head.getAttribute("aria-sort");
        const numeric = head.className !== "" && head.className !== "word";
        const first = numeric ? "descending" : "ascending";
        const next = before === null ? first : before === "ascending" ? "descending" : "ascending";
        for (const other of heads) other.removeAttribute("aria-sort");
        head.setAttribute("aria-sort", next);
        sort(column, next === "ascending" ? 1 : -1);
      });
    });
  }
  function compare(one, other, sign) {
    const empty = (value) => value === null || value === "";
    if (empty(one) || empty(other)) return Number(empty(one)) - Number(empty(other));
    return sign * (typeof one === "string" || typeof other === "string"
      ? String(one).localeCompare(String(other), "en", { numeric: true })
      : one - other);
  }

  for (const table of document.querySelectorAll("table.sortable")) {
    sortable(table, (column, sign) => {
      const value = (row) => {
        const given = row.cells[column].dataset.sort;
        return given === undefined ? row.cells[column].textContent : given === "" ? null : Number(given);
      };
      const body = table.tBodies[0];
      body.append(...[...body.rows].sort((one, other) => compare(value(one), value(other), sign)));
    });
  }

  // The trades: all of them, a page at a time.
  const table = find("#trades");
  if (table) {
    const { columns, words, days, rows } = data.trades;
    const perPage = 100;
    let chosen = rows;
    let page = 0;

    const word = (value) => (value === null ? null : words[Array.isArray(value) ? value[0] : value]);
    const value = (row, column) => {
      const own = row[column];
      return columns[column].kind === "word" || Array.isArray(own) ? word(own) : own;
    };
    const shown = {
      word: (own) => own,
      time: (own) => (typeof own === "string" ? own : moment(own, days)),
      price: significant,
      money: (own) => fixed(own, 2),
      cost: (own) => fixed(own, 2),
      percent,
      count: (own) => fixed(own, 0),
    };
    function cell(row, column) {
      const { kind } = columns[column];
      const own = value(row, column);
      const toned = (kind === "money" || kind === "percent") && own !== null && own !== 0;
      const tone = toned ? (own > 0 ? " good" : " bad") : "";
      return make("td", { className: kind + tone }, own === null ? "–" : shown[kind](own));
    }

    const bar = find("#trade-tools");
    const place = make("span");
    place.setAttribute("aria-live", "polite");
    const back = make("button", { type: "button", textContent: "Previous" });
    const on = make("button", { type: "button", textContent: "Next" });
    const number = new Intl.NumberFormat("en");
    function draw() {
      const pages = Math.max(1, Math.ceil(chosen.length / perPage));
      page = Math.min(Math.max(page, 0), pages - 1);
      const from = page * perPage;
      const part = chosen.slice(from, from + perPage);
      table.tBodies[0].replaceChildren(
        ...part.map((row) => make("tr", {}, ...columns.map((_, column) => cell(row, column)))),
      );
      place.textContent = part.length === 0
        ? "no trade"
        : `${number.format(from + 1)}–${number.format(from + part.length)} of ${number.format(chosen.length)}`;
      back.hidden = on.hidden = pages === 1;
      back.disabled = page === 0;
      on.disabled = page === pages - 1;
    }
    back.addEventListener("click", () => { page -= 1; draw(); });
    on.addEventListener("click", () => { page += 1; draw(); });

    // Filters for what there is more than one of.
    const filters = [];
    let order = null;
    function choose() {
      chosen = rows.filter((row) => filters.every((keeps) => keeps(row)));
      if (order) chosen.sort((one, other) => compare(value(one, order.column), value(other, order.column), order.sign));
      page = 0;
      draw();
    }
    function filter(label, options, keeps) {
      const select = make("select", {}, ...["all", ...options].map((text) => make("option", {}, text)));
      filters.push((row) => select.selectedIndex === 0 || keeps(row, select.selectedIndex - 1));
      select.addEventListener("change", choose);
      bar.append(make("label", {}, label + " ", select));
    }
    columns.forEach(({ head, kind }, column) => {
      if (kind !== "word") return;
      const used = [...new Set(rows.map((row) => row[column]))].filter((own) => own !== null);
      used.sort((one, other) => compare(word(one), word(other), 1));
      if (used.length > 1) filter(head, used.map(word), (row, option) => row[column] === used[option]);
    });
    const profit = columns.findIndex(({ kind }) => kind === "money");
    if (profit >= 0) {
      filter("Result", ["won", "lost"], (row, option) => (option === 0 ? row[profit] > 0 : row[profit] < 0));
    }
    bar.append(make("span", { className: "pages" }, place, back, on));
    bar.hidden = false;
    for (const note of document.querySelectorAll(".without-script")) note.hidden = true;
    sortable(table, (column, sign) => { order = { column, sign }; choose(); });
    draw();
  }
})();
