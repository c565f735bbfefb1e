// Where figures come from, in words.

/** Sources in the language that is shown; Italian is sent only where it differs. */
export function sourcesOf(get) {
  const texts = get("sources") ?? [];
  const italian = get("lang") === "it" ? get("sources_it") ?? [] : [];
  return texts.map((text, i) => italian[i] || text);
}
