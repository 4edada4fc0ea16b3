import { screen, within } from "@testing-library/svelte";
import { describe, expect, test } from "vitest";
import type { Repair } from "../../lib/bindings";
import { atLength, isAccessible, key, openWindow, press, type, until } from "../../test/window";

const messages = () => screen.queryAllByTestId("message");
const said = (author: string) => messages().filter((message) => message.dataset["author"] === author);

async function open() {
	const opened = await openWindow("ended");
	await until(() => expect(messages().length).toBe(4));
	return opened;
}

function act(message: HTMLElement | undefined, name: string | RegExp) {
	if (!message) throw new Error("there is no such message");
	within(message).getByRole("button", { name }).click();
}

async function choose(name: string | RegExp) {
	(await screen.findByRole("menuitem", { name })).click();
}

describe("what was said", () => {
	test("can be edited, and the first words come back by undo", async () => {
		await open();
		act(said("Sceptic")[0], "Edit");
		const field = await screen.findByTestId("message-editor");
		await isAccessible();

		type(field, "Other words.");
		await press("Save");

		await until(() => expect(said("Sceptic")[0]?.textContent).toContain("Other words."));
		expect(said("Sceptic")[0]?.textContent).toContain("edited");
		await until(() => expect(document.activeElement?.textContent).toBe("Edit"));
		await press("Undo");
		await until(() => expect(said("Sceptic")[0]?.textContent).not.toContain("Other words."));
	});

	test("tells what its server did not take of the question, also in the chain of its attempts", async () => {
		await openWindow("running", (fake) => {
			atLength(fake);
			for (const [topic, { messages }] of fake.log.views) {
				const { attempts } = messages.find(({ attempts }) => attempts.length > 1) ?? { attempts: [] };
				const ended = { outcome: { outcome: "answered", finish: "stop" }, answered_by: null, timings: {}, usage: null } as const;
				for (const { id: attempt, turn } of attempts.slice(-1)) {
					const repairs: Repair[] = ["no_stop", "max_completion_tokens"];
					fake.log.record(topic, fake.now(), { event: "attempt.ended", data: { ...ended, attempt, turn, repairs } });
				}
			}
		});
		const told = "sent once more without stop sequences, then with max_completion_tokens for max_tokens";
		await until(() => expect(screen.getAllByText(told)).toHaveLength(1));

		await press("details");

		await until(() => expect(screen.getAllByText(`refused at first, ${told}`)).toHaveLength(1));
	});

	test("tells under which status it was answered, and by which name its server finds the call", async () => {
		await open();
		const [message] = said("Poet");
		if (!message) throw new Error("the poet said nothing");
		act(message, "Details");

		const chain = await within(message).findByText("req_8Rn3");
		expect(chain.parentElement?.textContent).toBe("HTTP 200 · request req_8Rn3");
		expect(message.textContent).toContain("first byte 0.3 s");
		await isAccessible();
		act(message, "Details");
		await until(() => expect(screen.queryByText("req_8Rn3")).toBeNull());
	});

	test("is hidden when it is deleted, and can be restored", async () => {
		await open();
		said("Poet")[0]?.querySelector("button")?.focus();
		act(said("Poet")[0], "Delete");

		const line = await screen.findByTestId("message-deleted");
		expect(line.textContent).toContain("A message of Poet’s was deleted");
		await until(() => expect(document.activeElement).toBe(line));
		await isAccessible();
		await press(/Restore/);

		await until(() => expect(screen.queryByTestId("message-deleted")).toBeNull());
		expect(said("Poet")).toHaveLength(1);
	});

	test("can be undone by keyboard, but not out of a field in which somebody types", async () => {
		const { fake } = await open();
		act(said("Poet")[0], "Delete");
		await screen.findByTestId("message-deleted");

		key(await screen.findByTestId("composer-input"), "z", { ctrlKey: true });
		expect(fake.log.events.some(({ event }) => event === "message.restored")).toBe(false);
		key(window, "z", { ctrlKey: true });

		await until(() => expect(screen.queryByTestId("message-deleted")).toBeNull());
	});

	test("is said anew beside what was said, and both can be gone back to", async () => {
		await open();
		const before = said("Engineer")[0]?.dataset["messageId"];
		act(said("Engineer")[0], /Regenerate/);
		await choose(/^Again/);

		await until(() => expect(screen.getByTestId("alternatives").textContent).toMatch(/2.*2/));
		expect(said("Engineer")[0]?.dataset["messageId"]).not.toBe(before);
		await until(() => expect(screen.getByTestId("conversation-state").dataset["state"]).toBe("completed"));
		await isAccessible();
		await press("Previous alternative");

		await until(() => expect(said("Engineer")[0]?.dataset["messageId"]).toBe(before));
		expect(screen.getByTestId("branches").querySelectorAll("li")).toHaveLength(2);
	});

	test("leads to a branch of its own, which can be named and compared", async () => {
		await open();
		act(said("Sceptic")[0], "Branch here");
		await until(() => expect(messages()).toHaveLength(2));

		await press(/^Rename.*Branch 2/);
		type(await screen.findByRole("textbox", { name: "Name of the branch" }), "What if");
		await press("Save");
		await press(/^Compare.*with Main/);

		const dialog = await screen.findByRole("dialog", { name: "Two branches side by side" });
		await until(() => expect(dialog.textContent).toMatch(/2 messages in common/));
		expect(within(dialog).getAllByRole("columnheader").map(({ textContent }) => textContent)).toEqual(["What if", "Main"]);
		await isAccessible();
	});

	test("can be gone on from at once, on a branch of its own", async () => {
		const { fake } = await open();
		atLength(fake);
		const from = said("Sceptic")[0]?.dataset["messageId"];
		act(said("Sceptic")[0], "Continue here");

		await until(() => expect(screen.getByTestId("branches").querySelectorAll("li")).toHaveLength(2));
		await until(() => expect(messages().length).toBeGreaterThan(2));
		expect(messages().map(({ dataset }) => dataset["messageId"]).indexOf(from)).toBe(1);
	});

	test("is where they were again when going on from there is undone, also while they speak", async () => {
		const { fake } = await open();
		atLength(fake);
		act(said("Sceptic")[0], "Continue here");
		await until(() => expect(screen.getByTestId("branches").querySelectorAll("li")).toHaveLength(2));
		await until(() => expect(screen.getByTestId("conversation-state").dataset["state"]).toBe("running"));

		await press("Stop and undo");

		await until(() => expect(messages().length).toBe(4));
		expect(screen.getByTestId("conversation-state").dataset["state"]).toBe("completed");
	});

	test("is kept while somebody speaks, and undo by keyboard offers the way", async () => {
		const { fake, container } = await open();
		act(said("Sceptic")[0], "Branch here");
		await until(() => expect(messages().length).toBe(2));
		atLength(fake);
		await press("Continue");
		await until(() => expect(screen.getByTestId("conversation-state").dataset["state"]).toBe("running"));
		await until(() => expect(container.querySelector("[aria-busy='true']")).toBeTruthy());

		key(window, "z", { ctrlKey: true });
		await press("Stop and undo");

		await until(() => expect(messages().length).toBe(4));
	});

	test("can only be read in the trash, and what cannot be done is not there", async () => {
		const { fake } = await open();
		act(said("Poet")[0], "Delete");
		await screen.findByTestId("message-deleted");
		const [id = ""] = [...fake.log.views].find(([, { messages }]) => messages.length === 4) ?? [];
		await fake.trashConversation(id.slice("conversation:".length));

		await screen.findByTestId("trash-bar");
		await until(() => expect(screen.queryByRole("button", { name: /^(Edit|Regenerate|Branch|Continue|Pin|Delete$|Restore |Speak|Mute|Rules|Turn|Sum up|Add a participant)/ })).toBeNull());
		expect(screen.queryByRole("switch")).toBeNull();
		expect(within(said("Sceptic")[0] ?? document.body).getByRole("button", { name: /^Copy/ })).toBeTruthy();
		await isAccessible();
		key(window, "z", { ctrlKey: true });
		expect(screen.queryByTestId("message-deleted")).toBeTruthy();
	});

	test("can be pinned", async () => {
		await open();
		act(said("Sceptic")[0], "Pin");

		await until(() => expect(said("Sceptic")[0]?.textContent).toContain("pinned"));
		act(said("Sceptic")[0], "Unpin");
		await until(() => expect(said("Sceptic")[0]?.textContent).not.toContain("pinned"));
	});

	test("has one stop for Tab and arrows between what can be done", async () => {
		await open();
		const bar = within(said("Sceptic")[0] ?? document.body).getByRole("toolbar");
		const buttons = within(bar).getAllByRole("button");
		expect(buttons.filter(({ tabIndex }) => tabIndex === 0)).toHaveLength(1);

		buttons[0]?.focus();
		key(buttons[0] ?? bar, "ArrowRight");
		expect(document.activeElement).toBe(buttons[1]);
		key(buttons[1] ?? bar, "End");

		expect(document.activeElement).toBe(buttons.at(-1));
	});
});

describe("the cast", () => {
	test("takes in a newcomer", async () => {
		await open();
		(await screen.findByTestId("add-participant")).click();
		const dialog = await screen.findByRole("dialog", { name: "Add a participant" });
		await isAccessible();

		within(dialog).getByRole("button", { name: "Add" }).click();

		await until(() => expect(screen.queryByRole("dialog")).toBeNull());
		expect(within(screen.getByRole("list", { name: "Participants" })).getAllByRole("listitem")).toHaveLength(4);
	});

	test("changes its order and loses one by the menu of a card", async () => {
		await open();
		const names = () => within(screen.getByRole("list", { name: "Participants" })).getAllByRole("listitem").map(({ textContent }) => textContent?.trim().slice(1));
		await press("More about Sceptic");
		await choose("Move down");
		await until(() => expect(names()[1]).toContain("Sceptic"));

		await press("More about Sceptic");
		await choose(/Leave the table/);

		await until(() => expect(names().join()).not.toContain("Sceptic"));
		expect(said("Sceptic")).toHaveLength(1);
	});

	test("has another turn order by one choice", async () => {
		await open();
		await press("Turn order: balanced");
		await choose(/^Random/);

		expect(await screen.findByRole("button", { name: "Turn order: random" })).toBeTruthy();
	});
});

test("a whisper says who heard it", async () => {
	await open();
	await press("Who hears it: Everyone");
	await choose(/^Poet/);
	const field = await screen.findByTestId("composer-input");
	type(field, "Be brief.");

	key(field, "Enter");

	await until(() => expect(said("user").at(-1)?.textContent).toContain("only Poet and you"));
});
