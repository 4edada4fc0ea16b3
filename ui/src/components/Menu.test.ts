import { render, screen } from "@testing-library/svelte";
import { createRawSnippet, tick } from "svelte";
import { expect, test } from "vitest";
import { button, key, until } from "../test/window";
import Menu from "./Menu.svelte";

const trigger = createRawSnippet(() => ({ render: () => "<span>Fruit</span>" }));

function table() {
	const chosen: string[] = [];
	const items = ["Apple", "Pear"].map((label) => ({ label, onselect: () => chosen.push(label) }));
	render(Menu, { label: "Fruit", items, trigger });
	return chosen;
}

/** A pointer that lies still is told to have moved, whenever something new lies under it. */
const layoutMoves = (under: EventTarget) => under.dispatchEvent(new PointerEvent("pointermove", { bubbles: true, cancelable: true, pointerType: "mouse" }));

async function openByKeyboard(name: string) {
	const opener = await button("Fruit");
	opener.focus();
	key(opener, name);
	await tick();
	layoutMoves(document);
	const [first, last] = await screen.findAllByRole("menuitem");
	if (!first || !last) throw new Error("the menu is empty");
	return { opener, first, last };
}

test.each(["Enter", " ", "ArrowDown"])("opened by the key '%s', it begins at its first entry", async (name) => {
	table();

	const { first } = await openByKeyboard(name);

	await until(() => expect(document.activeElement).toBe(first));
});

test("a pointer that happens to lie under it does not take the choice", async () => {
	const chosen = table();
	const { first, last } = await openByKeyboard("Enter");
	await until(() => expect(document.activeElement).toBe(first));

	layoutMoves(last);
	key(document.activeElement ?? window, "Enter");

	await until(() => expect(chosen).toEqual(["Apple"]));
});

test("once it is closed, the button has the focus again", async () => {
	table();
	const { opener, first } = await openByKeyboard("Enter");
	await until(() => expect(document.activeElement).toBe(first));

	key(first, "Escape");

	await until(() => expect(document.activeElement).toBe(opener));
});
