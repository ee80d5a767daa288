// Completion in the configuration, from the JSON Schema that the program itself prints.

// The schema under its references.
function resolve(schema, root) {
  let here = schema;
  for (let depth = 0; here?.$ref && depth < 20; depth += 1) {
    here = here.$ref.slice(2).split("/").reduce((at, part) => at?.[part.replaceAll("~1", "/").replaceAll("~0", "~")], root);
  }
  return here;
}

function branches(schema, root, depth = 0) {
  const here = resolve(schema, root);
  if (!here || depth > 6) return [];
  const more = [...(here.allOf || []), ...(here.anyOf || []), ...(here.oneOf || []), here.if, here.then, here.else];
  return [here, ...more.filter(Boolean).flatMap((branch) => branches(branch, root, depth + 1))];
}

function below(schemas, key, root) {
  return schemas.flatMap((schema) => {
    const child = key === "-" ? schema.items : schema.properties?.[key] ?? Object.entries(schema.patternProperties || {})[0]?.[1];
    return child ? branches(child, root) : [];
  });
}

// The keys above a line, by indentation: `- ` is a step of its own.
export function pathAt(lines, number, indent) {
  const path = [];
  let limit = indent;
  for (let at = number - 1; at >= 0 && limit > 0; at -= 1) {
    const found = /^(\s*)((?:- )*)([\w.$/-]+):(?:\s|$)/.exec(lines[at]);
    const item = /^(\s*)- /.exec(lines[at]);
    if (found) {
      const column = found[1].length + found[2].length;
      if (column < limit) {
        path.unshift(found[3]);
        limit = column;
      }
    }
    if (item && item[1].length < limit) {
      path.unshift("-");
      limit = item[1].length + 1;
      if (found && found[1].length < limit - 1) limit = found[1].length;
      // The list may be as far left as its key.
      const above = lines.slice(0, at).reverse().find((line) => /^\s*[\w.$/-]+:\s*$/.test(line) && line.search(/\S/) <= item[1].length);
      if (above) {
        limit = above.search(/\S/) + 1;
      }
    }
  }
  return path;
}

export function completions(schema) {
  return (context) => {
    const line = context.state.doc.lineAt(context.pos);
    const before = line.text.slice(0, context.pos - line.from);
    const lines = context.state.doc.toString().split("\n");
    const value = /^(\s*(?:- )*)([\w.-]+):\s+([\w./:-]*)$/.exec(before);
    const key = /^(\s*(?:- )*)([\w.-]*)$/.exec(before);
    if (!schema || (!value && !key) || (key && !key[2] && !context.explicit)) return null;
    const start = (value || key)[1];
    const path = pathAt(lines, line.number - 1, start.length);
    if (start.includes("- ") && path.at(-1) !== "-") path.push("-");
    let schemas = branches(schema, schema);
    for (const part of path) schemas = below(schemas, part, schema);
    if (value) {
      const of = below(schemas, value[2], schema);
      const options = new Set(of.flatMap((one) => [...(one.enum || []), ...(one.const === undefined ? [] : [one.const]), ...(one.type === "boolean" ? [true, false] : [])]));
      return { from: context.pos - value[3].length, options: [...options].map((label) => ({ label: String(label), type: "enum" })) };
    }
    const options = new Map();
    for (const one of schemas) {
      for (const [name, child] of Object.entries(one.properties || {})) {
        const known = branches(child, schema);
        const info = known.map((branch) => branch.description).find(Boolean);
        options.set(name, { label: name, type: "property", info, apply: `${name}: ` });
      }
    }
    return { from: context.pos - key[2].length, options: [...options.values()], validFor: /^[\w.-]*$/ };
  };
}
