/** The page of a run, dressed for a panel of the editor: light or dark as the editor is, with a size that fits a column. */

/** The page says its security policy itself, by the hashes of its style and script, so nothing of either may change here. */
export function dressed(page: string, theme: "light" | "dark"): string {
  return page.replace(/<html\b(?![^>]*\bdata-theme=)/, `<html data-theme="${theme}"`);
}

/** How far the run is, where a line of progress says it. */
export function progress(line: string): string | undefined {
  const text = line.trim();
  return /^(submitting|submitted\b|queued|running\b|pending|completed|fetching\b|waiting\b)/.test(text) ? text : undefined;
}
