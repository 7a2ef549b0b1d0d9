"use strict";
// The records of the page. Every text goes in through textContent, never as markup.
(() => {
  // tame shows marks that would turn the text around them, such as a right-to-left override.
  const tame = (s) => s.replace(/[\u202a-\u202e\u2066-\u2069]/g, "\ufffd");
  const records = JSON.parse(document.getElementById("data").textContent, (_, v) => typeof v === "string" ? tame(v) : v);
  const list = document.getElementById("list"), detail = document.getElementById("detail");
  const search = document.getElementById("search"), found = document.getElementById("found");
  const chips = [...document.querySelectorAll(".chips button")];
  let filter = "", shown = [], current = -1;

  // el makes an element: el("p", "quiet", "text", child …).
  function el(tag, cls, ...children) {
    const e = document.createElement(tag);
    if (cls) e.className = cls;
    if (/^(p|div|h3|b)$/.test(tag)) e.dir = "auto"; // texts may run from right to left
    for (const c of children) if (c !== null && c !== undefined && c !== "") e.append(c);
    return e;
  }
  const tone = (r) => `var(--c-${r.cause},var(--c-undetermined))`;
  const joined = (segs) => (segs || []).map((s) => s.t).join("");
  const haystack = records.map((r) => [r.id, r.question, r.verdict, joined(r.answer), ...(r.tags || [])].join("\n").toLowerCase());

  function draw() {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    shown = [];
    records.forEach((r, i) => {
      if ((!filter || r.cause === filter) && words.every((w) => haystack[i].includes(w))) shown.push(i);
    });
    list.replaceChildren(...shown.map((i, at) => item(records[i], at)));
    found.textContent = shown.length === records.length ? "" : `${shown.length} of ${records.length} records`;
    for (const c of chips) c.setAttribute("aria-pressed", String(c.dataset.filter === filter));
    pick(shown.length ? 0 : -1, false);
  }

  function item(r, at) {
    const e = el("div", "item", el("p", "", r.question), el("small", "", el("b", "", r.id), el("span", "", r.verdict)));
    e.setAttribute("role", "option");
    e.id = "item-" + at;
    e.style.setProperty("--tone", tone(r));
    e.addEventListener("click", () => {
      pick(at, true);
      if (matchMedia("(max-width: 860px)").matches) detail.scrollIntoView(); // it stands beneath the list
    });
    return e;
  }

  function pick(at, asked) {
    const old = list.children[current];
    if (old) old.setAttribute("aria-selected", "false");
    current = at;
    if (at < 0) {
      list.removeAttribute("aria-activedescendant");
      detail.replaceChildren(el("p", "empty", "No record matches."));
      return;
    }
    const e = list.children[at];
    e.setAttribute("aria-selected", "true");
    list.setAttribute("aria-activedescendant", e.id);
    const r = records[shown[at]];
    detail.replaceChildren(...story(r));
    detail.style.setProperty("--tone", tone(r));
    if (asked) {
      e.scrollIntoView({ block: "nearest" });
      history.replaceState(null, "", "#record=" + encodeURIComponent(r.id));
    }
  }

  function open(id, behavior) {
    const i = records.findIndex((r) => r.id === id);
    if (i < 0) {
      found.textContent = `Record ${id} is not on this page.`;
      return;
    }
    filter = "";
    search.value = "";
    draw();
    pick(shown.indexOf(i), true);
    document.getElementById("records").scrollIntoView({ behavior: behavior || "auto" });
  }

  function story(r) {
    const out = [];
    const add = (title, ...body) => out.push(el("h4", "", title), ...body);
    const head = el("header", "", el("h3", "", r.verdict), el("p", "", r.sentence));
    const facts = [r.id, ...(r.tags || []), ...(r.run || [])].join(" · ");
    head.append(el("p", "quiet", facts));
    if (r.sure) head.append(el("p", "sure", r.sure));
    if (r.too_strong) head.append(el("p", "quiet", "This does not show " + r.too_strong + (r.too_strong.endsWith(".") ? "" : ".")));
    out.push(head);
    const turns = (r.history || []).map((t) => el("p", "turn", el("b", "", t.role + ": "), t.text));
    if (turns.length) out.push(el("details", "", el("summary", "quiet", turns.length === 1 ? "1 earlier turn" : `${turns.length} earlier turns`), ...turns));
    out.push(el("p", "ask", r.question));
    if (r.against) out.push(...beside(r));
    for (const g of r.gold || []) out.push(el("p", "quiet", "Gold " + g));
    for (const e of r.errors || []) out.push(el("p", "badge drop", e));

    add("Query", ...lines(r.queries, (q) => el("p", "", q.text, q.kind ? el("span", "badge", q.kind) : "")),
      ...(r.tried || []).map((t) => el("p", "quiet", `${t.name}: ${t.text}`)));
    add("Candidates", candidates(r));
    add("Context", ...lines(r.context, (p) => passage(r, p)));
    add("Answer, held against the passages", ...answer(r));
    if (r.citations) add("Citations", el("div", "rows", ...r.citations.map((c) => citation(c))));
    add("Why", ...why(r));
    if (r.repair) out.push(el("p", "quiet", "First fix: " + r.repair));
    if (r.fix) out.push(el("div", "fixbox", el("b", "", "Fix: "), r.fix));
    return out;
  }

  // beside puts the answer next to the reference, with what became of each item.
  const signs = { equal: "✓", different: "✗", missing: "–", open: "?" };
  const says = { equal: "matched", different: "differs", missing: "missing in the answer", open: "cannot tell" };
  function beside(r) {
    const a = r.against;
    const text = (segs) => {
      const p = el("p", "answer");
      for (const s of segs) {
        if (!s.mark) { p.append(s.t); continue; }
        const m = el("span", "w w-" + s.mark + (s.beyond ? " beyond" : ""), s.mark === "missing" ? "" : el("i", "", signs[s.mark]), s.t); // a dash before a number would be its sign
        m.title = says[s.mark] + (s.beyond ? ", beyond what was asked" : "");
        p.append(m);
      }
      if (!segs.length) p.append(el("span", "empty", "empty"));
      return p;
    };
    const others = a.others ? el("p", "quiet", "or " + a.others.join(" | ")) : "";
    const out = [el("div", "pair", el("div", "", el("h5", "", "The answer"), text(a.said)), el("div", "", el("h5", "", "The reference"), text(a.wanted), others))];
    if (!a.items) return out;
    const row = (it) => {
      const why = it.mark === "open" ? "cannot tell" + (it.why ? ": " + it.why : "") : it.why;
      const e = el("li", it.beyond ? "beyond" : "", el("i", "w-" + it.mark, signs[it.mark]), it.mark === "missing" ? "missing: " : "", el("bdi", "", it.text), why ? el("span", "quiet", "  " + why) : "");
      return e;
    };
    const asked = a.items.filter((it) => !it.beyond), beyond = a.items.filter((it) => it.beyond);
    const key = el("div", "key", ...["equal", "different", "missing", "open"].map((m) => el("span", "", el("i", "w-" + m, signs[m]), " " + says[m])));
    out.push(el("ul", "items", ...asked.map(row)));
    if (beyond.length) out.push(el("details", "", el("summary", "quiet", `${beyond.length} beyond what was asked`), el("ul", "items", ...beyond.map(row))));
    if (a.more) out.push(el("p", "quiet", `and ${a.more} more`));
    out.push(key);
    return out;
  }

  // lines shows a list that may be absent (not recorded) or empty (nothing).
  function lines(xs, f) {
    if (!xs) return [el("p", "empty", "not recorded")];
    if (!xs.length) return [el("p", "empty", "none")];
    return xs.map(f);
  }

  function candidates(r) {
    const rows = el("div", "rows");
    if (!r.candidates || !r.candidates.length) return lines(r.candidates)[0];
    for (const c of r.candidates) {
      const scores = [c.score, c.rerank ? "reranked " + c.rerank : ""].filter(Boolean).join(" · ");
      const name = el("div", "", el("b", "", c.id || ""), c.title ? el("span", "quiet", "  " + c.title) : "",
        c.gold ? badge("gold", "★ gold, by " + c.gold) : "", c.kept ? link("→ passage " + c.kept, c.kept) : "",
        c.dropped ? badge("drop", "✂ " + c.dropped) : "", c.text ? el("p", "text", c.text) : "");
      rows.append(el("div", c.kept ? "" : "gone", el("span", "rank", String(c.rank)), name, el("span", "quiet num", scores)));
    }
    if (r.more) rows.append(el("div", "", "", el("span", "quiet", `and ${r.more} more candidates`)));
    return rows;
  }

  const badge = (cls, text) => el("span", "badge " + cls, text);

  function link(text, n) {
    const a = el("a", "badge", text);
    a.href = "#records";
    a.addEventListener("click", (ev) => { ev.preventDefault(); show(n, null); });
    return a;
  }

  function passage(r, p) {
    const body = el("p", "");
    for (const s of p.text) {
      if (!s.claims) { body.append(s.t); continue; }
      const m = el("mark", "m " + s.mark, s.t);
      m.dataset.claims = s.claims.map(Math.abs).join(" ");
      m.title = s.claims.map((n) => n > 0 ? `supports claim ${n}` : `contradicts claim ${-n}`).join(", ");
      m.addEventListener("click", () => show(0, Math.abs(s.claims[0])));
      body.append(m);
    }
    const e = el("div", "passage", el("header", "", el("b", "", `[${p.n}] ${p.id || ""}`), el("span", "quiet", "  " + [p.title, p.date].filter(Boolean).join(" · ")),
      p.gold ? badge("gold", "★ gold, by " + p.gold) : "", p.truncated ? badge("drop", "✂ truncated") : ""), body);
    e.dataset.passage = p.n;
    return e;
  }

  // show lights up a claim wherever it appears and scrolls to its passage.
  function show(n, claim) {
    for (const e of detail.querySelectorAll(".on")) e.classList.remove("on");
    if (claim) for (const e of detail.querySelectorAll("[data-claims]")) if (e.dataset.claims.split(" ").includes(String(claim))) e.classList.add("on");
    const p = n && detail.querySelector(`[data-passage="${Number(n)}"]`);
    if (p) { p.classList.add("on"); p.scrollIntoView({ block: "nearest" }); }
  }

  function answer(r) {
    if (!r.answer) return lines(null);
    const body = el("div", "answer");
    for (const s of r.answer) {
      if (s.cite) {
        const c = r.citations[s.cite - 1], e = el("button", "cite cite-" + c.status, s.t);
        e.type = "button";
        e.title = citeText(c);
        e.addEventListener("click", () => show(c.passage, null));
        body.append(e);
      } else if (s.claim && s.mark) {
        const c = r.claims[s.claim - 1], e = el("button", "m " + s.mark, s.t);
        e.type = "button";
        e.dataset.claims = String(s.claim);
        e.title = c.mark.replace("-", " ") + (c.where ? ": " + c.where : "");
        e.addEventListener("click", () => show(c.passage, s.claim));
        body.append(e);
      } else body.append(s.t);
    }
    if (!r.answer.length) body.append(el("span", "empty", "empty"));
    const out = [body];
    const kinds = [...new Set((r.claims || []).map((c) => c.mark))].filter((k) => k !== "not checkable");
    if (kinds.length) out.push(el("div", "key", ...kinds.map((k) => el("span", "m " + k, k.replace("-", " "))), el("span", "", "Press a statement to see its passage.")));
    const clashes = (r.claims || []).filter((c) => c.mark === "contradicted" && c.where);
    for (const c of clashes) out.push(el("p", "quiet", `“${c.text}”: ${c.where}`));
    if (r.closed) out.push(el("p", "quiet", "Without context it says: " + r.closed));
    return out;
  }

  function citeText(c) {
    return c.status + ": " + (c.passage ? "passage " + c.passage : "points to nothing in the context") + (c.better ? ", " + c.better : "");
  }

  function citation(c) {
    return el("div", "", el("span", "rank", String(c.n)), el("div", "", el("span", "cite cite-" + c.status, c.marker), "  " + citeText(c)), "");
  }

  const grades = JSON.parse(document.getElementById("grades").textContent);
  function why(r) {
    const out = [], facts = (ls) => el("div", "facts", ...ls.flatMap((l) => [el("span", l.truth, l.truth), el("span", "", l.name, l.text ? el("span", "quiet", ": " + l.text) : ""), grade(l.grade)]));
    const grade = (g) => { const e = el("span", "grade", g ? "grade " + g : " "); if (g) e.title = grades[g]; return e; };
    const main = (r.why || []).filter((l) => !l.aside), aside = (r.why || []).filter((l) => l.aside);
    if (main.length) out.push(facts(main));
    if (aside.length) out.push(el("details", "", el("summary", "quiet", `${aside.length} ${aside.length === 1 ? "fault" : "faults"} looked for and not found`), facts(aside)));
    const say = (label, xs) => { if (xs && xs.length) out.push(el("p", "", el("span", "quiet", label + " "), [].concat(xs).join(", "))); };
    const used = Object.keys(grades).filter((g) => (r.why || []).some((l) => l.grade === g));
    if (used.length) out.push(el("p", "quiet", "Grades: " + used.map((g) => `${g}, ${grades[g]}`).join("; ") + "."));
    say("Causes left:", r.left);
    say("Last stage that could have prevented it:", r.proximate);
    say("Beside it:", r.contributing);
    say("Circumstances:", (r.modifiers || []).map((m) => m.replaceAll("-", " ")));
    say("Missing:", r.missing);
    say("Most useful next:", r.next);
    say("Remarks:", r.notes);
    return out.length ? out : [el("p", "empty", "nothing decided")];
  }

  document.addEventListener("click", (ev) => {
    const t = ev.target.closest("[data-filter],[data-record]");
    if (!t) return;
    if (t.dataset.record !== undefined) { ev.preventDefault(); open(tame(t.dataset.record)); return; }
    filter = t.dataset.filter;
    draw();
    if (!t.closest(".chips")) document.getElementById("records").scrollIntoView();
  });
  search.addEventListener("input", draw);
  document.addEventListener("keydown", (ev) => {
    if (ev.ctrlKey || ev.metaKey || ev.altKey) return;
    if (ev.target === search) {
      if (ev.key === "Escape") { search.value = ""; draw(); search.blur(); }
      return;
    }
    const step = { j: 1, ArrowDown: 1, k: -1, ArrowUp: -1 }[ev.key];
    if (step && (ev.key.length === 1 || list.contains(document.activeElement))) {
      ev.preventDefault();
      if (shown.length) pick(Math.min(shown.length - 1, Math.max(0, current + step)), true);
    } else if (ev.key === "/") { ev.preventDefault(); search.focus(); }
    else if (ev.key === "Escape") { filter = ""; search.value = ""; draw(); }
  });
  document.getElementById("theme").addEventListener("click", () => {
    const root = document.documentElement, dark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
    root.dataset.theme = dark ? "light" : "dark";
  });

  draw();
  const asked = location.hash.match(/^#record=(.*)$/);
  if (asked) { try { open(decodeURIComponent(asked[1]), "instant"); } catch { /* a damaged link opens the page as it is */ } }
})();
