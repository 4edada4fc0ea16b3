import { fireEvent, screen, within } from "@testing-library/svelte";
import { expect, test } from "vitest";
import { isAccessible, key, openWindow, press, type, until } from "../../test/window";

const note = () => screen.findByTestId("summary");

/** A talk of which the first two messages are summed up. */
async function open() {
	const opened = await openWindow("ended");
	await until(() => expect(screen.queryAllByTestId("message").length).toBe(4));
	const { log } = opened.fake;
	const [topic, view] = [...log.views].find(([, { messages }]) => messages.length === 4) ?? [];
	const through = view?.messages[1]?.id;
	if (topic === undefined || through === undefined) throw new Error("nothing was said");
	const record = (...kinds: Parameters<typeof log.record>[2][]) => log.record(topic, opened.fake.now(), ...kinds);
	const write = () => record({ event: "summary.written", data: { summary: "s1", attempt: "a1", model: { connection: "demo", model: "host" }, through, text: "They asked about **planks**." } });
	return { ...opened, record, write };
}

test("what was summed up is told behind the last message it covers, by whom and in which words", async () => {
	const { write } = await open();
	write();

	const article = await note();
	expect(article.querySelector("details")?.open).toBe(false);
	article.querySelector("summary")?.click();

	expect(article.textContent).toMatch(/By demo\/host/);
	expect(within(article).getByText("planks").tagName).toBe("STRONG");
	const [, second, third] = screen.getAllByTestId("message");
	expect(second?.compareDocumentPosition(article)).toBe(Node.DOCUMENT_POSITION_FOLLOWING);
	expect(third?.compareDocumentPosition(article)).toBe(Node.DOCUMENT_POSITION_PRECEDING);
	await isAccessible();
});

test("a summary can be put better, and Escape leaves it as it was", async () => {
	const { write, fake } = await open();
	write();
	(await note()).querySelector("summary")?.click();
	await press("Edit the summary");
	let field = await screen.findByRole("textbox", { name: "Summary" });
	expect(document.activeElement).toBe(field);
	await isAccessible();

	key(field, "Escape");
	await until(() => expect(screen.queryByRole("textbox", { name: "Summary" })).toBeNull());
	expect(fake.log.events.some(({ event }) => event === "summary.edited")).toBe(false);
	await until(() => expect(document.activeElement?.textContent).toBe("Edit the summary"));

	await press("Edit the summary");
	field = await screen.findByRole("textbox", { name: "Summary" });
	type(field, "Better words.");
	await press("Save");

	await until(async () => expect((await note()).textContent).toContain("Better words."));
	expect((await note()).textContent).toContain("Edited by you");
	await until(() => expect(document.activeElement?.textContent).toBe("Edit the summary"));
});

test("summaries are turned on in the talk, and a failed one is told there", async () => {
	const { record } = await open();
	const toggle = await screen.findByRole("switch", { name: "Sum up what no longer fits" });
	expect(toggle.getAttribute("aria-checked")).toBe("false");

	await fireEvent.click(toggle);
	await until(() => expect(toggle.getAttribute("aria-checked")).toBe("true"));
	record({ event: "summary.failed", data: { note: "no model answered" } });

	expect(await screen.findByText("no model answered")).toBeTruthy();
	await isAccessible();
});

test("summaries can be wished for before a talk begins", async () => {
	const { fake } = await openWindow("ended");
	(await screen.findByTestId("new-conversation")).click();
	const dialog = await screen.findByRole("dialog", { name: "New conversation" });
	type(within(dialog).getByRole("textbox", { name: /Topic/ }), "Ships");
	(await within(dialog).findByRole("button", { name: /^Sceptic/ })).click();
	await fireEvent.click(within(dialog).getByRole("checkbox", { name: /^Sum up what no longer fits/ }));

	within(dialog).getByRole("button", { name: "Create" }).click();

	await until(() => expect(fake.log.events.findLast(({ event }) => event === "conversation.created")?.data).toMatchObject({ summary: { on: true } }));
});
