import { screen, within } from "@testing-library/svelte";
import { expect, test } from "vitest";
import { button, byTestId, isAccessible, openWindow, press, type, until } from "../../test/window";

const card = (name: string) => screen.findByRole("button", { name: new RegExp(`^${name}`) });

/** The table on stage is kept under this name, and the dialog for a new conversation is open. */
async function kept(name: string) {
	const opened = await openWindow("ended");
	await press("Save as a cast");
	const form = within(await screen.findByRole("dialog", { name: "Save this table as a cast" }));
	type(form.getByLabelText(/^Name/), name);
	await isAccessible();
	form.getByRole("button", { name: "Save" }).click();
	await screen.findByText(`${name} is among your casts: begin a new conversation with it.`);
	(await byTestId("new-conversation")).click();
	await card(name);
	return opened;
}

async function more(cast: string, act: string) {
	const opener = await button(`More for ${cast}`);
	opener.dispatchEvent(new PointerEvent("pointerdown", { bubbles: true, button: 0, pointerType: "mouse" }));
	(await screen.findByRole("menuitem", { name: new RegExp(`^${act}`) })).click();
	await until(() => expect(document.querySelector("[data-dropdown-menu-content]")).toBeNull());
}

test("a table that is kept can be sat down at again, with its models", async () => {
	const { fake } = await kept("The crew");

	(await card("The crew")).click();
	await press("Create");

	const created = () => fake.log.events.filter(({ event }) => event === "conversation.created");
	await until(() => expect(created()).toHaveLength(5));
	expect(created().at(-1)?.data).toMatchObject({ participants: [{ name: "Sceptic", route: [{ model: "sceptic" }] }, { name: "Poet" }, { name: "Engineer" }] });
});

test("a cast that was deleted comes back by undo", async () => {
	await kept("The crew");
	await more("The crew", "Delete");
	await until(() => expect(screen.queryByRole("button", { name: /^The crew/ })).toBeNull());

	await press("Undo");

	expect(await card("The crew")).toBeTruthy();
});

test("a cast that came with Chimera is changed as a copy of one's own", async () => {
	const { fake } = await openWindow();
	(await byTestId("new-conversation")).click();
	await more("Debate", "Duplicate");
	const form = within(await screen.findByRole("dialog", { name: /^Edit the cast Debate/ }));
	await isAccessible();
	type(form.getByRole("textbox", { name: "Name" }), "");
	form.getByRole("button", { name: "Save the cast" }).click();
	await until(() => expect(form.getByRole("textbox", { name: "Name" }).getAttribute("aria-invalid")).toBe("true"));
	type(form.getByRole("textbox", { name: "Name" }), "My debate");
	form.getByRole("checkbox", { name: /^Sum up/ }).click();
	form.getByRole("button", { name: "Save the cast" }).click();

	await card("My debate");
	expect((await fake.listCasts()).find(({ name }) => name === "My debate")?.summary).toMatchObject({ on: true });
	expect((await card("My debate")).textContent).toContain("Some seats wait for their models");
	expect(await card("Debate")).toBeTruthy();
});

test("a cast is given away as text and taken in again, and what is no cast is refused", async () => {
	const { fake } = await kept("The crew");
	await more("The crew", "Export");
	const text = (await screen.findByRole("region", { name: "The cast as text" })).textContent;
	expect(text).toBe(await fake.exportCast("cast-1"));
	await isAccessible();
	await press("Done");

	await press("Import a cast");
	const field = await screen.findByLabelText(/^Its text/);
	type(field, "not a cast");
	await press("Import");
	await until(() => expect(field.getAttribute("aria-invalid")).toBe("true"));
	type(field, text.replace('"The crew"', '"The other crew"'));
	await press("Import");

	expect(await card("The other crew")).toBeTruthy();
});
