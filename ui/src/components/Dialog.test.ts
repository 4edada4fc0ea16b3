import { screen, within } from "@testing-library/svelte";
import { afterEach, describe, expect, test } from "vitest";
import { button, byTestId, key, openWindow, until } from "../test/window";

const WIDE = window.innerWidth;
afterEach(() => void (window.innerWidth = WIDE));

/** As a person does by keyboard: what is pressed has the focus. */
async function enter(control: HTMLElement) {
	control.focus();
	await until(() => expect(document.activeElement).toBe(control));
	control.click();
}

const dialog = (name: string | RegExp) => screen.findByRole("dialog", { name });
// Compared by hand: a failure would print the whole page otherwise.
const focusIsAt = (element: Element) => until(() => expect(document.activeElement === element, "it has the focus").toBe(true));

async function close(open: HTMLElement) {
	key(document.activeElement ?? open, "Escape");
	await until(() => expect(open.isConnected).toBe(false));
}

describe.each([["wide", WIDE], ["narrow", 420]])("in a %s window the focus", (_, width) => {
	async function stage() {
		window.innerWidth = width;
		return openWindow("ended");
	}

	test("goes into a dialog right after another was closed, and back", async () => {
		await stage();
		const [inspect] = await screen.findAllByTestId("show-prompt");
		if (!inspect) throw new Error("there is a prompt to see");
		await enter(inspect);
		const prompt = await dialog(/^What /);
		await until(() => expect(prompt.contains(document.activeElement)).toBe(true));
		await close(prompt);
		await focusIsAt(inspect);

		const opener = await byTestId("new-conversation");
		await enter(opener);

		const form = await dialog("New conversation");
		await focusIsAt(within(form).getByRole("textbox", { name: /^Topic/ }));
		await close(form);
		await focusIsAt(opener);
	});

	test("goes into a dialog over a dialog, and back to where it was", async () => {
		await stage();
		await enter(await byTestId("new-conversation"));
		await dialog("New conversation");
		const opener = await button("More for Debate");
		opener.focus();
		key(opener, "Enter");
		await until(() => expect(document.activeElement?.textContent).toMatch(/^Duplicate/));

		if (document.activeElement instanceof HTMLElement) document.activeElement.click();
		await until(() => expect(screen.queryByRole("menu")).toBeNull());

		const form = await dialog(/^Edit the cast Debate/);
		await focusIsAt(within(form).getByRole("textbox", { name: "Name" }));
		await close(form);
		await focusIsAt(opener);
	});
});

test("the focus goes back to what opened the drawer from which a dialog was opened", async () => {
	window.innerWidth = 420;
	await openWindow("ended");
	const opener = await button("Conversations");
	await enter(opener);
	const drawer = within(await dialog("Conversations"));

	await enter(drawer.getByRole("button", { name: "New conversation" }));

	const form = await dialog("New conversation");
	await focusIsAt(within(form).getByRole("textbox", { name: /^Topic/ }));
	await close(form);
	await focusIsAt(opener);
});
