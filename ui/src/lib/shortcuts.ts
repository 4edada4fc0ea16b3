export const isMac = /Mac/.test(navigator.userAgent);

/** What a keyboard can do from anywhere in the window. */
export const shortcuts = [
	{ does: "new", keys: "mod+n", words: "New conversation" },
	{ does: "sidebar", keys: "mod+b", words: "Show or hide the conversations" },
	{ does: "inspector", keys: "mod+i", words: "Show or hide the inspector" },
	{ does: "settings", keys: "mod+,", words: "Settings" },
	{ does: "pause", keys: "mod+.", words: "Pause or resume" },
	{ does: "skip", keys: "mod+shift+s", words: "Skip whoever is asked or speaks" },
	{ does: "stop", keys: "escape", words: "Stop the one who is writing" },
	{ does: "previous", keys: "alt+arrowup", words: "Previous message" },
	{ does: "next", keys: "alt+arrowdown", words: "Next message" },
	{ does: "undo", keys: "mod+z", words: "Undo an edit, a deletion or a change of branch" },
	{ does: "redo", keys: "mod+shift+z", words: "Do it again" },
	{ does: "region", keys: "f6", words: "Next region of the window" },
	{ does: "region-back", keys: "shift+f6", words: "Previous region of the window" },
	{ does: "larger", keys: "mod++", words: "Larger text" },
	{ does: "smaller", keys: "mod+-", words: "Smaller text" },
	{ does: "normal", keys: "mod+0", words: "Normal text size" },
	{ does: "shortcuts", keys: "mod+/", words: "This list" },
] as const;

export type Shortcut = (typeof shortcuts)[number]["does"];

/** Keys that people press for the same thing, since layouts put the plus and the slash behind Shift. */
const SAME: Record<string, string> = { "=": "+", _: "-", "?": "/" };

export function shortcutFor(event: KeyboardEvent): Shortcut | undefined {
	if (event.isComposing || event.keyCode === 229) return undefined;
	const pressed = event.key.toLowerCase();
	const key = SAME[pressed] ?? pressed;
	const mod = isMac ? event.metaKey && !event.ctrlKey : event.ctrlKey && !event.metaKey;
	return shortcuts.find(({ keys }) => {
		const parts = keys === "mod++" ? ["mod", "+"] : keys.split("+");
		const shiftMatters = ["f6", "escape", "z", "s"].includes(parts.at(-1) ?? "");
		return (
			parts.at(-1) === key &&
			parts.includes("mod") === mod &&
			parts.includes("alt") === event.altKey &&
			(!shiftMatters || parts.includes("shift") === event.shiftKey)
		);
	})?.does;
}

const NAMES: Record<string, string> = { arrowup: "↑", arrowdown: "↓", escape: "Esc", f6: "F6", shift: "Shift" };

/** As it stands on the keys: "Ctrl N", or "⌘ N". */
export function keyWords(keys: string): string {
	const parts = keys === "mod++" ? ["mod", "+"] : keys.split("+");
	return parts
		.map((part) => {
			if (part === "mod") return isMac ? "⌘" : "Ctrl";
			if (part === "alt") return isMac ? "⌥" : "Alt";
			return NAMES[part] ?? part.toUpperCase();
		})
		.join(" ");
}

export const keysOf = (does: Shortcut) => keyWords(shortcuts.find((shortcut) => shortcut.does === does)?.keys ?? "");
