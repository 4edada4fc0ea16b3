import { describe, expect, test } from "vitest";
import { keyWords, shortcutFor, shortcuts } from "./shortcuts";

describe("a shortcut", () => {
	const press = (key: string, modifiers: KeyboardEventInit = {}) => shortcutFor(new KeyboardEvent("keydown", { key, ...modifiers }));

	test("is found by its keys alone", () => {
		expect(press("n", { ctrlKey: true })).toBe("new");
		expect(press("n")).toBeUndefined();
		expect(press("n", { ctrlKey: true, altKey: true })).toBeUndefined();
		expect(press("ArrowUp", { altKey: true })).toBe("previous");
		expect([press("F6"), press("F6", { shiftKey: true })]).toEqual(["region", "region-back"]);
	});

	test("is found on keyboards that put plus and slash elsewhere", () => {
		expect(press("=", { ctrlKey: true })).toBe("larger");
		expect(press("+", { ctrlKey: true, shiftKey: true })).toBe("larger");
		expect(press("?", { ctrlKey: true, shiftKey: true })).toBe("shortcuts");
	});

	test("is not found without the Shift that belongs to it", () => {
		expect(press("S", { ctrlKey: true, shiftKey: true })).toBe("skip");
		expect(press("s", { ctrlKey: true })).toBeUndefined();
	});

	test("is none while characters are being composed", () => {
		expect(press("Escape", { isComposing: true })).toBeUndefined();
	});

	test("is named by its keys", () => {
		expect(shortcuts.map(({ keys }) => keyWords(keys))).toContain("Ctrl +");
	});
});
