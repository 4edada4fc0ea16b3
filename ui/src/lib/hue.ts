/** The user's own hue, apart from those of the personas. */
export const USER_HUE = 285;

/** For a style attribute: the theme gives lightness and chroma, so that every hue keeps its contrast. */
export function hueStyle(hue: number): string {
	return hue >= 165 && hue <= 232 ? `--hue:${hue};--chroma:var(--persona-narrow)` : `--hue:${hue}`;
}

/** The letters of an avatar: "S", or "DA" for "Devil's Advocate". */
export function initials(name: string): string {
	const parts = name.trim().split(/\s+/u).slice(0, 2);
	return parts.map((part) => Array.from(part)[0] ?? "").join("").toLocaleUpperCase();
}
