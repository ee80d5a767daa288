// The editor: underlines with hover and fixes, completion, one state for each file.
import { autocompletion, closeBrackets, closeBracketsKeymap, completionKeymap } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { json } from "@codemirror/lang-json";
import { yaml } from "@codemirror/lang-yaml";
import { bracketMatching, defaultHighlightStyle, indentUnit, syntaxHighlighting } from "@codemirror/language";
import { lintGutter, lintKeymap, setDiagnostics } from "@codemirror/lint";
import { highlightSelectionMatches, search, searchKeymap } from "@codemirror/search";
import { EditorState } from "@codemirror/state";
import { drawSelection, EditorView, highlightActiveLine, keymap, lineNumbers } from "@codemirror/view";
import { tags } from "@lezer/highlight";
import { HighlightStyle } from "@codemirror/language";

// Colours that are readable on light and dark pages alike.
const colours = HighlightStyle.define([
  { tag: [tags.propertyName, tags.definition(tags.propertyName)], color: "var(--key)" },
  { tag: [tags.string, tags.special(tags.string)], color: "var(--string)" },
  { tag: [tags.number, tags.bool, tags.null, tags.keyword], color: "var(--value)" },
  { tag: tags.comment, color: "var(--quiet)", fontStyle: "italic" },
]);

function language(name) {
  if (/\.ya?ml$/.test(name)) return yaml();
  // Jsonnet is close enough to JSON for brackets and texts.
  return /\.(json|jsonnet|libsonnet)$/.test(name) ? json() : [];
}

// The offset in the document of a line and a column that counts characters.
function offset(doc, { line, column }) {
  if (line > doc.lines) return doc.length;
  const at = doc.line(Math.max(line, 1));
  return Math.min(at.from + [...at.text].slice(0, column - 1).join("").length, at.to);
}

function diagnostic(doc, finding, applyFix) {
  const from = offset(doc, finding.span.start);
  // A finding about a whole block is drawn at its first line: the rest would be noise.
  const to = Math.max(Math.min(offset(doc, finding.span.end), doc.lineAt(from).to), from);
  const renderMessage = () => {
    const box = document.createElement("div");
    const add = (kind, text, className) => box.append(Object.assign(document.createElement(kind), { textContent: text, className }));
    add("div", finding.message, "message");
    if (finding.help) add("div", `help: ${finding.help}`, "help");
    const link = Object.assign(document.createElement("a"), { href: finding.url, target: "_blank", rel: "noopener", textContent: finding.rule });
    box.append(link);
    return box;
  };
  return {
    from, to, severity: finding.level, message: finding.message, renderMessage,
    actions: finding.fixes.map((fix) => ({ name: fix.title || "fix", apply: () => applyFix(fix) })),
  };
}

export class Editor {
  constructor(parent, changed, complete) {
    this.states = new Map();
    this.complete = complete;
    this.changed = changed;
    this.view = new EditorView({ parent });
  }

  state(name, text) {
    return EditorState.create({
      doc: text,
      extensions: [
        lineNumbers(), history(), drawSelection(), bracketMatching(), closeBrackets(), highlightActiveLine(), highlightSelectionMatches(),
        search({ top: true }), lintGutter(), indentUnit.of("  "), language(name),
        syntaxHighlighting(colours), syntaxHighlighting(defaultHighlightStyle, { fallback: true }),
        autocompletion({ override: /\.ya?ml$/.test(name) ? [(context) => this.complete(context)] : [] }),
        // Tab leaves the editor, so that it can be used without a mouse; indentation has Ctrl-] and Ctrl-[.
        keymap.of([...closeBracketsKeymap, ...defaultKeymap, ...searchKeymap, ...historyKeymap, ...completionKeymap, ...lintKeymap]),
        EditorView.contentAttributes.of({ "aria-label": `text of ${name}` }),
        EditorView.updateListener.of((update) => { if (update.docChanged) this.changed(); }),
      ],
    });
  }

  // The project's files, and which is open.
  open(files, name) {
    this.states = new Map(Object.entries(files).map(([file, text]) => [file, this.state(file, text)]));
    this.current = undefined;
    this.show(name);
  }

  show(name) {
    this.keep();
    this.current = name;
    this.view.setState(this.states.get(name));
  }

  keep() {
    if (this.current !== undefined && this.states.has(this.current)) this.states.set(this.current, this.view.state);
  }

  files() {
    this.keep();
    return Object.fromEntries([...this.states].map(([name, state]) => [name, state.doc.toString()]));
  }

  add(name, text) {
    this.states.set(name, this.state(name, text));
  }

  remove(name) {
    if (this.current === name) this.current = undefined;
    this.states.delete(name);
  }

  underline(findings, applyFix) {
    const here = findings.filter((finding) => finding.file === this.current);
    const { doc } = this.view.state;
    this.view.dispatch(setDiagnostics(this.view.state, here.map((finding) => diagnostic(doc, finding, applyFix))));
  }

  // Applies edits of several files; spans are those of the texts that were checked last.
  apply(edits) {
    for (const name of new Set(edits.map((edit) => edit.file))) {
      const state = name === this.current ? this.view.state : this.states.get(name);
      if (!state) continue;
      const changes = edits.filter((edit) => edit.file === name).map((edit) => ({
        from: offset(state.doc, edit.span.start), to: offset(state.doc, edit.span.end), insert: edit.text,
      }));
      if (name === this.current) this.view.dispatch({ changes });
      else this.states.set(name, state.update({ changes }).state);
    }
    this.changed();
  }

  go(position) {
    const anchor = offset(this.view.state.doc, position);
    this.view.dispatch({ selection: { anchor }, effects: EditorView.scrollIntoView(anchor, { y: "center" }) });
    this.view.focus();
  }
}
