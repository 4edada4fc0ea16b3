/** An "@…" that is being typed at the caret: where it begins, and what was typed of the name. */
export interface Mention {
	start: number;
	query: string;
}

/** Longer than any name: whoever typed so much does not mean a name. */
const MAX_QUERY = 60;

export function mentionAt(text: string, caret: number): Mention | null {
	const start = text.lastIndexOf("@", caret - 1);
	if (start < 0 || caret - start - 1 > MAX_QUERY) return null;
	// In the middle of a word it is an address.
	if (start > 0 && !/[\s(["'“]/u.test(text.charAt(start - 1))) return null;
	const query = text.slice(start + 1, caret);
	return /\n/.test(query) ? null : { start, query };
}

export function matching(names: string[], query: string): string[] {
	const wanted = query.toLocaleLowerCase();
	return names.filter((name) => name.toLocaleLowerCase().startsWith(wanted));
}

/** The text with the whole name in place of what was typed of it, and where the caret goes. */
export function complete(text: string, mention: Mention, name: string): { text: string; caret: number } {
	const after = text.slice(mention.start + 1 + mention.query.length);
	const inserted = `@${name}${/^[\s.,;:!?]/u.test(after) ? "" : " "}`;
	return { text: text.slice(0, mention.start) + inserted + after, caret: mention.start + inserted.length };
}
