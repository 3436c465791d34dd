const page = document.getElementById("page");
const runs = report.runs, many = runs.length > 1, steps = runs.filter(run => run.step !== undefined);
const words = tag => tag.replaceAll("_", " ");
const heading = text => make("h2", text, page);
const chartGrid = () => make("div", undefined, page, "grid");

function table(head, rows) {
  const node = make("table", undefined, make("div", undefined, page, "scroll"));
  const top = make("tr", undefined, make("thead", undefined, node)), body = make("tbody", undefined, node);
  for (const cell of head) make("th", cell, top);
  for (const row of rows) {
    const line = make("tr", undefined, body);
    for (const cell of row) make("td", typeof cell === "object" ? cell.text : cell, line, cell?.kind);
  }
}

function head() {
  document.title = `${report.name} – gateway-load`;
  make("h1", report.name, page);
  if (report.description) make("p", report.description, page, "soft");
  const facts = make("dl", undefined, page, "facts");
  const fact = (name, text) => { make("dt", name, facts); make("dd", text, facts); };
  const when = run => `${run.start_time.slice(0, 19).replace("T", " ")} UTC, ${number(run.benchmark_duration.avg)} s${run.was_cancelled ? ", stopped early" : ""}`;
  if (steps.length || !many) {
    fact("Target", `${runs[0].url} · ${runs[0].model}`);
    fact("Load", steps.length ? `${steps.length} steps, ${steps[0].name} to ${steps.at(-1).step}` : runs[0].load);
    fact("When", when(runs[0]));
  } else {
    for (const run of runs) fact(run.name, `${run.url} · ${run.load} · ${when(run)}`);
  }
  for (const run of runs.filter(run => !run.valid)) make("p", `Invalid${many ? ` (${run.name})` : ""}: the generator was the bottleneck: ${run.bottleneck}.`, page, "alarm");
}

function tiles(run) {
  const box = make("div", undefined, page, "tiles");
  const tile = (label, value, unit, more, kind) => {
    const node = make("div", undefined, box, "tile");
    make("div", label, node, "label");
    const line = make("div", number(value), node, `value ${kind || ""}`);
    make("span", ` ${unit}`, line, "unit");
    make("div", more || " ", node, "more");
  };
  const failed = run.error_request_count.avg, whole = run.request_count.avg;
  tile("Requests", run.request_throughput.avg, "/s", `${number(whole)} answered${run.cancelled_request_count.avg ? `, ${number(run.cancelled_request_count.avg)} left` : ""}`);
  tile("Errors", failed / (whole + failed + run.cancelled_request_count.avg || 1) * 100, "%", `${number(failed)} requests`, failed ? "bad" : "good");
  const latency = (label, values) => values && tile(label, values.p50, "ms", `p99 ${number(values.p99)} ms`);
  latency("Time to first token, p50", run.time_to_first_token);
  latency("Inter-chunk latency, p50", run.inter_chunk_latency);
  latency("Request latency, p50", run.request_latency);
  if (run.output_token_throughput.avg) tile("Output tokens", run.output_token_throughput.avg, "/s", `${number(run.total_osl.avg)} in all`);
  if (run.goodput) tile("Goodput", run.goodput.avg, "/s", `${number(run.good_request_count.avg)} kept the objectives`);
  if (run.content_errors) tile("Content errors", run.content_errors.avg, "chunks", `${number(run.content_checked_count.avg)} answers compared`, run.content_errors.avg ? "bad" : "good");
  if (run.process_cpu_per_request) tile("CPU of the process", run.process_cpu_per_request.avg, "µs/request", `memory ${number(run.process_memory.avg)} MiB`);
}

function assertions() {
  if (!report.assertions.length) return;
  heading("Assertions");
  table(["assertion", "found", "result"], report.assertions.map(a => [a.assertion, { text: a.found }, { text: a.holds ? "holds" : "failed", kind: a.holds ? "good" : "bad" }]));
}

function comparisons() {
  if (!report.comparisons.length) return;
  heading("Paired differences");
  const grid = chartGrid();
  for (const target of new Set(report.comparisons.map(c => c.target))) {
    const rows = report.comparisons.filter(c => c.target === target && c.pairs > 1 && c.baseline_value > 0).map(c => ({
      name: words(c.metric), low: c.ci95_low / c.baseline_value * 100, mean: c.difference / c.baseline_value * 100, high: c.ci95_high / c.baseline_value * 100,
      moreIsBetter: c.metric.includes("throughput") }));
    intervals(grid, `${target} against ${report.comparisons[0].baseline}`, rows, "Mean of the differences per round with its 95 % interval, in percent of the baseline; grey: no difference shown.");
  }
  make("div", undefined, page).style.height = "16px";
  table(["metric", "target", report.comparisons[0].baseline, "value", "difference", "95 % interval", "ratio", "unit"], report.comparisons.map(c => [words(c.metric), c.target,
    number(c.baseline_value), number(c.value), number(c.difference), c.pairs > 1 ? `${number(c.ci95_low)} … ${number(c.ci95_high)}` : "one round", c.baseline_value ? c.ratio.toFixed(3) : "", c.unit]));
}

function sweepCharts(grid) {
  const curve = (tag, statistic, colour) => ({ name: statistic, colour, dots: true,
    points: steps.filter(run => run[tag]).map(run => [run.request_throughput.avg, run[tag][statistic], statistic !== "p50" ? "" : run.name === report.knee ? `knee: ${run.name}` : "" ]) });
  const both = tag => [curve(tag, "p50", colours[0]), curve(tag, "p99", colours[1])];
  chart(grid, "Request latency versus throughput", both("request_latency"), { x: "requests/s", y: "ms" });
  chart(grid, "Time to first token versus throughput", both("time_to_first_token"), { x: "requests/s", y: "ms" });
  const perStep = (title, value, colour) => chart(grid, title, [{ name: steps[0].name.split(" ")[0], colour, dots: true, points: steps.map(run => [run.step, value(run)]) }], { x: "step", y: "per second", logX: steps.length > 3 });
  perStep("Requests answered, per step", run => run.request_throughput.avg, colours[2]);
  perStep("Output tokens, per step", run => run.output_token_throughput.avg, colours[4]);
}

function timeCharts(grid) {
  const line = (run, i, label, colour, points, dash) => ({ name: many ? `${run.name} ${label}` : label, dash, colour: colours[(many ? i : colour) % colours.length], points });
  const over = (key, index, label, dash) => runs.map((run, i) => line(run, i, label, index, run.slices.filter(s => s[key]).map(s => [s.t, s[key][index]]), dash));
  const quantiles = key => many ? [...over(key, 0, "p50"), ...over(key, 2, "p99", "5 4")] : [...over(key, 0, "p50"), ...over(key, 1, "p90"), ...over(key, 2, "p99")];
  const series = (key, label, colour) => runs.map((run, i) => line(run, i, label, colour, run.slices.map(s => [s.t, s[key]])));
  const failed = runs.some(run => run.error_request_count.avg);
  chart(grid, "Request latency over time", quantiles("latency"), { x: "s", y: "ms" });
  chart(grid, "Time to first token over time", quantiles("ttft"), { x: "s", y: "ms" });
  chart(grid, "Requests over time", [...series("rate", "answered", 0), ...(failed ? series("errors", "errors", 5).map(one => ({ ...one, dash: many ? "5 4" : "" })) : [])], { x: "s", y: "per second" });
  chart(grid, "Requests in flight", series("inflight", "in flight", 2), { x: "s" });
  if (runs.some(run => run.output_token_throughput.avg)) chart(grid, "Output tokens over time", series("tokens", "tokens", 4), { x: "s", y: "per second" });
  const dot = (run, i) => ({ name: run.name, colour: colours[i % colours.length], dots: true, points: run.request_latency ? [[run.request_throughput.avg, run.request_latency.p99, run.name]] : [] });
  if (many) chart(grid, "p99 request latency versus throughput", runs.map(dot), { x: "requests/s", y: "ms", zeroX: true });
}

function distributionCharts(grid) {
  const titles = { request_latency: "Request latency", time_to_first_token: "Time to first token", inter_chunk_latency: "Inter-chunk latency" };
  for (const tag in titles)
    chart(grid, `${titles[tag]}: share of values up to`, runs.map((run, i) => {
      let seen = 0;
      const buckets = run.histograms[tag] || [], sum = buckets.reduce((total, b) => total + b[1], 0);
      return { name: run.name, colour: colours[i % colours.length], points: buckets.map(b => [Math.max(b[0], 0.001), (seen += b[1]) / sum * 100]) };
    }), { x: "ms, logarithmic", y: "%", logX: true, top: 104 });
}

function tables() {
  heading("Distributions");
  const statistics = ["avg", "min", "p50", "p90", "p95", "p99", "p99.9", "max", "std"];
  const tags = [...new Set(runs.flatMap(run => Object.keys(run).filter(key => run[key]?.p50 !== undefined)))];
  table(["", ...(many ? ["run"] : []), ...statistics, "unit"], tags.flatMap(tag => runs.filter(run => run[tag]).map(run =>
    [words(tag), ...(many ? [run.name] : []), ...statistics.map(s => number(run[tag][s])), run[tag].unit])));
  heading("Figures");
  const figures = [...new Set(runs.flatMap(run => Object.keys(run).filter(key => run[key]?.unit && run[key].p50 === undefined)))];
  const kinds = [...new Set(runs.flatMap(run => run.error_summary.map(e => e.error_details.type)))];
  const count = (run, kind) => run.error_summary.find(e => e.error_details.type === kind)?.count ?? 0;
  table(["", ...runs.map(run => run.name), "unit"], [
    ...figures.map(tag => [words(tag), ...runs.map(run => number(run[tag]?.avg)), runs.find(run => run[tag])[tag].unit]),
    ...kinds.map(kind => [`errors: ${kind}`, ...runs.map(run => ({ text: number(count(run, kind)), kind: count(run, kind) ? "bad" : "" })), "requests"])]);
  make("p", "Latencies count from the intended send time, service latencies from the send. Inter-token latency is one value per request, inter-chunk latency one per gap.", page, "soft").style.marginTop = "14px";
}

head();
if (!many) tiles(runs[0]);
if (steps.length && report.knee) tiles(steps.find(run => run.name === report.knee));
assertions();
comparisons();
heading(steps.length ? "Steps" : "Over time");
(steps.length ? sweepCharts : timeCharts)(chartGrid());
heading("Distribution of latencies");
distributionCharts(chartGrid());
tables();
