const colours = ["#2f74d6", "#e07b1a", "#2c9b5a", "#c2478f", "#7c66ea", "#d14343", "#12939f", "#917c1d"];
const make = (tag, text, parent, className) => {
  const node = document.createElement(tag);
  if (text !== undefined) node.textContent = text;
  if (className) node.className = className;
  parent.append(node);
  return node;
};
const draw = (tag, attributes, parent, text) => {
  const node = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const name in attributes) node.setAttribute(name, attributes[name]);
  if (text !== undefined) node.textContent = text;
  parent.append(node);
  return node;
};
const number = value => {
  if (value === undefined || value === null) return "";
  const size = Math.abs(value);
  if (size >= 1000) return Math.round(value).toLocaleString("en");
  if (Number.isInteger(value)) return String(value);
  return size >= 100 ? value.toFixed(1) : size >= 0.1 ? value.toFixed(2) : size >= 0.0005 ? value.toFixed(4) : value === 0 ? "0" : value.toExponential(1);
};
const tickText = value => Math.abs(value) >= 10000 ? `${+(value / 1000).toPrecision(4)}k` : String(+value.toPrecision(6));

function ticks(low, high, log, wanted) {
  const found = [];
  if (log) {
    const steps = Math.log10(high / low) > 2.5 ? [1] : [1, 2, 5];
    for (let power = Math.floor(Math.log10(low)); power <= Math.ceil(Math.log10(high)); power++)
      for (const step of steps) { const value = step * 10 ** power; if (value >= low && value <= high) found.push(+value.toPrecision(6)); }
    // Between 336 and 337 there is no round power: then the steps of a straight axis say where one is.
    if (found.length > 1) return found;
    found.length = 0;
  }
  const rough = (high - low || 1) / wanted, power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map(s => s * power).find(s => s >= rough * 0.999);
  for (let value = Math.ceil(low / step) * step; value <= high + step / 1e6; value += step) found.push(+value.toPrecision(12));
  return found;
}

// A chart is drawn in real pixels and again when its width changes: text keeps its size on every screen.
function redrawn(figure, height, paint) {
  const svg = draw("svg", { height, role: "img", "aria-label": figure.firstChild.textContent }, figure);
  let drawn = 0;
  const again = () => {
    const width = Math.floor(svg.getBoundingClientRect().width);
    if (width < 50 || width === drawn) return;
    drawn = width;
    svg.replaceChildren();
    svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
    paint(svg, width, height);
  };
  new ResizeObserver(again).observe(figure);
  again();
  return svg;
}

function legend(figure, lines) {
  const box = make("div", undefined, figure, "legend");
  for (const line of lines) {
    const key = make("span", undefined, box, "key");
    make("i", undefined, key, line.dash ? "dash" : "").style.borderColor = line.colour;
    key.append(line.name);
  }
}

// lines: [{ name, colour, dash, dots, points: [[x, y, label?]] }]
function chart(parent, title, lines, { x = "", y = "", logX = false, zeroX = false, top } = {}) {
  lines = lines.filter(line => line.points.length > 0);
  if (lines.length === 0) return;
  const all = lines.flatMap(line => line.points);
  let [x0, x1] = [Math.min(...all.map(p => p[0])), Math.max(...all.map(p => p[0]))];
  if (logX) x0 = Math.max(x0, 0.001); else if (zeroX || x0 < x1 * 0.3) x0 = Math.min(x0, 0);
  if (x1 <= x0) [x0, x1] = logX ? [x0 / 2, x0 * 2] : [x0 - 0.5, x0 + 0.5];
  const y1 = top ?? (Math.max(...all.map(p => p[1])) * 1.06 || 1);
  const figure = make("figure", undefined, parent);
  const caption = make("figcaption", title, figure);
  if (y) make("span", ` ${y}`, caption, "soft").style.fontWeight = 400;
  const [L, R, T, B] = [46, 14, 8, 34];
  const svg = redrawn(figure, 250, (svg, W, H) => {
    const place = value => logX ? Math.log(Math.max(value, x0) / x0) / Math.log(x1 / x0) : (value - x0) / (x1 - x0);
    const px = value => L + place(value) * (W - L - R), py = value => H - B - value / y1 * (H - T - B);
    for (const tick of ticks(0, y1, false, 5)) {
      draw("line", { x1: L, x2: W - R, y1: py(tick), y2: py(tick), stroke: tick === 0 ? "var(--faint)" : "var(--grid)" }, svg);
      draw("text", { x: L - 7, y: py(tick) + 4, "text-anchor": "end" }, svg, tickText(tick));
    }
    for (const tick of ticks(x0, x1, logX, W < 400 ? 4 : 7)) draw("text", { x: px(tick), y: H - B + 16, "text-anchor": "middle" }, svg, tickText(tick));
    draw("text", { x: W - R, y: H - 3, "text-anchor": "end" }, svg, x);
    for (const line of lines) trace(svg, line, px, py, W);
    svg.scale = { px, py, W, H };
  });
  hover(figure, svg, lines, x, { L, R, T, B });
  legend(figure, lines);
}

function trace(svg, line, px, py, W) {
  const path = line.points.map(p => `${px(p[0]).toFixed(1)},${py(p[1]).toFixed(1)}`).join(" ");
  draw("polyline", { points: path, fill: "none", stroke: line.colour, "stroke-width": 2, "stroke-dasharray": line.dash || "", "stroke-linejoin": "round", "stroke-linecap": "round" }, svg);
  if (!line.dots && line.points.length > 2) return;
  for (const p of line.points) {
    draw("circle", { cx: px(p[0]), cy: py(p[1]), r: 4, fill: line.colour, stroke: "var(--card)", "stroke-width": 1.5 }, svg);
    const right = px(p[0]) > W - 90;
    if (p[2]) draw("text", { x: px(p[0]) + (right ? -8 : 8), y: Math.max(py(p[1]) - 7, 10), "text-anchor": right ? "end" : "start", class: "name" }, svg, p[2]);
  }
}

function hover(figure, svg, lines, x, { L, R, T, B }) {
  let tip, rule;
  const away = () => { tip?.remove(); rule?.remove(); tip = rule = undefined; };
  svg.addEventListener("mouseleave", away);
  svg.addEventListener("mousemove", event => {
    away();
    const { px, W, H } = svg.scale, box = svg.getBoundingClientRect(), at = event.clientX - box.left;
    if (at < L - 5 || at > W - R + 5) return;
    const nearest = points => points.reduce((best, p) => Math.abs(px(p[0]) - at) < Math.abs(px(best[0]) - at) ? p : best);
    const shared = nearest(lines.flatMap(line => line.points))[0];
    rule = draw("line", { x1: px(shared), x2: px(shared), y1: T, y2: H - B, stroke: "var(--faint)", "stroke-dasharray": "3 3", "pointer-events": "none" }, svg);
    tip = make("div", undefined, figure, "tip");
    make("div", `${number(shared)} ${x}`, tip, "soft");
    for (const line of lines) {
      const p = nearest(line.points);
      if (Math.abs(px(p[0]) - px(shared)) > 12) continue;
      make("i", "● ", make("div", undefined, tip)).style.color = line.colour;
      tip.lastChild.append(`${line.name}: ${number(p[1])}`);
    }
    const left = box.left - figure.getBoundingClientRect().left + px(shared);
    tip.style[left > W / 2 ? "right" : "left"] = left > W / 2 ? `${figure.clientWidth - left + 12}px` : `${left + 12}px`;
    tip.style.top = "44px";
  });
}

// rows: [{ name, low, mean, high, better }] in percent of the baseline: a dot for the mean, a bar for the interval, zero in the middle.
function intervals(parent, title, rows, note) {
  if (rows.length === 0) return;
  const figure = make("figure", undefined, parent), rowHeight = 26;
  make("figcaption", title, figure);
  const reach = Math.max(1, ...rows.flatMap(row => [Math.abs(row.low), Math.abs(row.high)])) * 1.1;
  redrawn(figure, rows.length * rowHeight + 34, (svg, W, H) => {
    const L = Math.min(W * 0.45, 250), R = 20, bottom = H - 28;
    const px = value => L + (value + reach) / (2 * reach) * (W - L - R);
    for (const tick of ticks(-reach, reach, false, W < 500 ? 3 : 7)) {
      draw("line", { x1: px(tick), x2: px(tick), y1: 0, y2: bottom, stroke: tick === 0 ? "var(--faint)" : "var(--grid)" }, svg);
      draw("text", { x: px(tick), y: bottom + 15, "text-anchor": "middle" }, svg, `${tick > 0 ? "+" : ""}${tickText(tick)} %`);
    }
    rows.forEach((row, i) => {
      const y = i * rowHeight + rowHeight / 2, colour = row.low <= 0 && row.high >= 0 ? "var(--faint)" : row.mean > 0 === row.moreIsBetter ? "var(--good)" : "var(--bad)";
      draw("text", { x: L - 12, y: y + 4, "text-anchor": "end", class: "name" }, svg, row.name);
      draw("line", { x1: px(row.low), x2: px(row.high), y1: y, y2: y, stroke: colour, "stroke-width": 5, "stroke-linecap": "round", opacity: 0.45 }, svg);
      draw("circle", { cx: px(row.mean), cy: y, r: 4.5, fill: colour }, svg);
    });
  });
  make("div", note, figure, "legend");
}
