import { screen, within } from "@testing-library/svelte";
import { expect, test } from "vitest";
import { button, byTestId, isAccessible, key, openWindow, press, until } from "../../test/window";

const rows = () => [...screen.getByTestId("sidebar").querySelectorAll<HTMLElement>(".open")];
const named = (name: string) => rows().find((row) => row.textContent?.includes(name));
const titles = () => rows().map((row) => row.querySelector(".title")?.textContent?.split(",")[0]?.trim());

async function withTwo() {
	const opened = await openWindow("completed");
	const { fake } = opened;
	const seats = [{ persona: "sceptic", route: [{ connection: "demo", model: "sceptic" }] }];
	const second = await fake.createConversation({ topic: "Bridges", title: "Bridges", participants: seats });
	await fake.say(second.id, "So?", "after", [], [], "k");
	await until(() => expect(named("Bridges")).toBeTruthy());
	return { ...opened, second };
}

const rowOf = (name: string) => {
	const row = named(name);
	if (!row) throw new Error(`${name} is not in the list`);
	return row;
};

async function choose(row: HTMLElement, entry: string) {
	const event = new MouseEvent("contextmenu", { bubbles: true, cancelable: true, clientX: 5, clientY: 5 });
	row.dispatchEvent(event);
	(await screen.findByRole("menuitem", { name: new RegExp(`^${entry}`) })).click();
}

test("by its other button a conversation is archived, found in the archive and taken back", async () => {
	await withTwo();
	expect(screen.queryByTestId("open-archive")).toBeNull();

	await choose(rowOf("Bridges"), "Archive");
	await until(() => expect(named("Bridges")).toBeUndefined());
	(await byTestId("open-archive")).click();
	await until(() => expect(titles()).toEqual(["Bridges"]));
	await isAccessible();

	await choose(rowOf("Bridges"), "Back to the conversations");
	expect(await screen.findByText(/Nothing is archived/)).toBeTruthy();
	await press("Back to the conversations");
	await until(() => expect(titles()).toContain("Bridges"));
});

test("the Delete key throws away, the focus goes on, and the notice takes it back", async () => {
	await withTwo();
	rowOf("Bridges").focus();

	key(rowOf("Bridges"), "Delete");

	await until(() => expect(named("Bridges")).toBeUndefined());
	await until(() => expect(document.activeElement).toBe(rows()[0]));
	expect(await screen.findByText("“Bridges” is in the trash")).toBeTruthy();
	await press("Undo");
	await until(() => expect(titles()[0]).toBe("Bridges"));
	expect(screen.queryByText(/is in the trash/)).toBeNull();
});

test("in the trash it can be read, restored, and deleted for good after a question", async () => {
	const { fake, second } = await withTwo();
	await fake.trashConversation(second.id);
	(await byTestId("open-trash")).click();
	await until(() => expect(titles()).toEqual(["Bridges"]));

	rowOf("Bridges").click();
	const bar = await byTestId("trash-bar");
	expect(screen.queryByTestId("composer-input")).toBeNull();
	expect(screen.queryByTestId("start")).toBeNull();
	await isAccessible();
	within(bar).getByRole("button", { name: "Restore" }).click();
	await byTestId("composer-input");

	await fake.trashConversation(second.id);
	within(await byTestId("trash-bar")).getByRole("button", { name: /Delete for good/ }).click();
	const keep = await button("Keep it");
	await until(() => expect(document.activeElement).toBe(keep));
	keep.click();
	await until(() => expect(screen.queryByRole("dialog")).toBeNull());
	expect(await fake.getConversation(second.id)).toBeTruthy();

	within(await byTestId("trash-bar")).getByRole("button", { name: /Delete for good/ }).click();
	(await screen.findByRole("button", { name: "Delete for good" })).click();
	await until(() => expect(screen.queryByTestId("trash-bar")).toBeNull());
	await until(() => expect(fake.log.views.has(`conversation:${second.id}`)).toBe(false));
	expect(await screen.findByText("The trash is empty.")).toBeTruthy();
	expect(await byTestId("composer-input")).toBeTruthy();
});

test("a conversation gets another name from its menu", async () => {
	await withTwo();

	await choose(rowOf("Bridges"), "Rename");

	const field = await screen.findByRole<HTMLInputElement>("textbox", { name: "Title" });
	await until(() => expect(document.activeElement).toBe(field));
	field.value = "Tunnels";
	field.dispatchEvent(new InputEvent("input", { bubbles: true }));
	key(field, "Enter");
	await until(() => expect(titles()).toContain("Tunnels"));
});
