import { render, screen } from "@testing-library/svelte";
import axe from "axe-core";
import { expect, vi } from "vitest";
import App from "../App.svelte";
import { FakeBackend } from "../lib/backend/fake/fake";
import { played } from "../lib/backend/fake/played";
import { PATIENCE_MS } from "./patience";

/** Voices that answer at once, on the test's own clock. */
export const INSTANT = { think: 4, word: 1 };

/** For tests of a talk that goes on: whoever speaks is in mid-sentence for as long as the test takes. */
export const atLength = (fake: FakeBackend) => void (fake.pace.word = 600_000);

/** The whole window on a backend in memory, after a scene has been played. */
export async function openWindow(scene = "first", prepare: (fake: FakeBackend) => void = () => {}) {
	const fake = new FakeBackend({ ...INSTANT });
	await played(fake, scene, 200);
	prepare(fake);
	const opened = render(App, { backend: fake });
	return { fake, ...opened };
}

export const byTestId = (id: string) => screen.findByTestId(id);

export const button = (name: string | RegExp) => screen.findByRole("button", { name });

export async function press(name: string | RegExp) {
	(await button(name)).click();
}

export function type(field: Element, text: string) {
	if (!(field instanceof HTMLInputElement || field instanceof HTMLTextAreaElement)) throw new Error("nothing can be typed here");
	field.focus();
	field.value = text;
	// A field of numbers has no caret to speak of.
	if (field.type !== "number") field.setSelectionRange(text.length, text.length);
	field.dispatchEvent(new InputEvent("input", { bubbles: true }));
}

export function key(target: Element | Window, key: string, init: KeyboardEventInit = {}): KeyboardEvent {
	const event = new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true, ...init });
	target.dispatchEvent(event);
	return event;
}

export const until = <T>(claim: () => T | Promise<T>) => vi.waitFor(claim, { timeout: PATIENCE_MS, interval: 5 });

/** WCAG 2.2 AA, as far as it can be judged without a layout. */
export async function isAccessible() {
	const { violations } = await axe.run(document.body, {
		runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
		// Colours and sizes need a screen: the contrast of the roles was computed where they are defined.
		rules: { "color-contrast": { enabled: false }, "target-size": { enabled: false } },
	});
	expect(violations.map(({ id, help, nodes }) => ({ id, help, nodes: nodes.map((node) => node.html) }))).toEqual([]);
}
