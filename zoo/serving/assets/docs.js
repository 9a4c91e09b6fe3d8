// The API, drawn from its OpenAPI description, with a form that tries each request.

const description = await (await fetch("/openapi.json")).json();

function make(name, content = "", attributes = {}) {
  const element = document.createElement(name);
  element.append(...[content].flat());
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  return element;
}

function resolve(schema = {}) {
  const found = schema.$ref ? description.components.schemas[schema.$ref.split("/").pop()] : schema;
  const some = (found.anyOf ?? []).filter((one) => one.type !== "null");
  return some.length === 1 ? { ...resolve(some[0]), ...found, optional: true } : found;
}

function typeOf(given) {
  const schema = resolve(given);
  if (schema.type === "array") return `list of ${typeOf(schema.items)}`;
  if (schema.type === "object") return `{${Object.keys(schema.properties ?? {}).join(", ")}}`;
  return schema.type ?? "any";
}

function limitsOf(given) {
  const schema = resolve(given);
  const least = schema.minimum ?? schema.minItems;
  const most = schema.maximum ?? schema.maxItems ?? schema.maxLength;
  const unit = "maxItems" in schema ? " items" : "maxLength" in schema ? " characters" : "";
  const limits = [];
  if (most !== undefined) {
    const range = least === undefined ? "at most " : `${least} to `;
    limits.push(`${range}${most.toLocaleString("en")}${unit}`);
  }
  if (schema.default !== null && String(schema.default ?? "")) {
    limits.push(`default ${JSON.stringify(schema.default)}`);
  }
  return limits.join(", ");
}

function table(schema, caption, limited) {
  const required = new Set(schema.required ?? []);
  const rows = Object.entries(schema.properties ?? {}).map(([name, field]) => make("tr", [
    make("td", name),
    make("td", typeOf(field)),
    make("td", limited ? limitsOf(field) || (required.has(name) ? "" : "optional") : ""),
    make("td", resolve(field).description ?? ""),
  ]));
  const head = [caption, "type", limited ? "limits" : "", ""].map((word) => make("th", word, { scope: "col" }));
  return make("div", make("table", [make("thead", make("tr", head)), make("tbody", rows)]),
    { class: "scroll" });
}

// A source and its output, for the examples.
async function sample(model) {
  if (model.sample === null) return {};
  const found = await fetch("/api/generate", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ texts: [model.sample], models: [model.name] }),
  });
  if (!found.ok) return {};
  const output = (await found.json()).results[0].outputs[0][0].text;
  return { texts: [model.sample], text: model.sample, source: model.sample, output };
}

// A value that fits a schema. What the sample does not have comes from the schema's examples.
function example(given, name) {
  const schema = resolve(given);
  if (known[name]) return known[name];
  if (schema.examples) return schema.examples[0];
  if (schema.type === "array") return [example(schema.items)];
  if (schema.type !== "object") return schema.default ?? null;
  const names = schema.required ?? Object.keys(schema.properties);
  return Object.fromEntries(names.map((key) => [key, example(schema.properties[key], key)]));
}

function tryIt(method, path, schema, models) {
  const answer = make("pre", "", { hidden: "", role: "status" });
  const form = make("form");
  let body;
  if (schema) {
    const value = example(schema, "");
    if (schema.properties.model) value.model = models[0].name;
    const id = `body-${path.replaceAll("/", "-")}`;
    body = make("textarea", JSON.stringify(value, null, 1), { id, rows: 5, spellcheck: "false" });
    form.append(make("label", "Request", { for: id }), body);
  }
  form.append(make("button", "Send", { class: "run", "aria-label": `Send ${method} ${path}` }));
  form.append(answer);
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const options = body && {
      method, body: body.value, headers: { "Content-Type": "application/json" },
    };
    const found = await fetch(path, options);
    const text = await found.text();
    let shown = text;
    try {
      shown = JSON.stringify(JSON.parse(text), null, 1);
    } catch { /* shown as it is */ }
    answer.hidden = false;
    answer.textContent = `${found.status}\n${shown}`;
  });
  return form;
}

const models = await (await fetch("/api/models")).json();
const known = await sample(models[0]);
for (const [path, methods] of Object.entries(description.paths)) {
  for (const [method, told] of Object.entries(methods)) {
    const verb = method.toUpperCase();
    const json = (part) => resolve(part?.content?.["application/json"]?.schema);
    const asked = told.requestBody && json(told.requestBody);
    const given = json(told.responses["200"]);
    const one = given.type === "array" ? resolve(given.items) : given;
    document.querySelector("#api").append(make("section", [
      make("h2", [make("span", verb, { class: "method" }), path]),
      make("p", `${told.summary}.`),
      ...(asked ? [table(asked, "request", true)] : []),
      table(one, given.type === "array" ? "answer: list of" : "answer"),
      tryIt(verb, path, asked, models),
    ], { class: "panel" }));
  }
}
