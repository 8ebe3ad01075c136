// The few sentences that scripts say, in the reader's language: the layout writes them, because catalogues live on the server.
const words = JSON.parse(document.getElementById("words")?.textContent ?? "{}");

/** The sentence called `key`, with `{name}` filled from `values`. */
export function say(key, values = {}) {
  return (words[key] ?? "").replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");
}
