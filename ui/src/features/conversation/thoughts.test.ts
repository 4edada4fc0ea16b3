import { screen, within } from "@testing-library/svelte";
import { expect, test } from "vitest";
import type { EventKind } from "../../lib/bindings";
import type { FakeBackend } from "../../lib/backend/fake/fake";
import { attemptStarted, running, turnStarted } from "../../test/told";
import { isAccessible, openWindow, until } from "../../test/window";

const THOUGHTS = "Who was it?\n<b>Nobody</b>, I think.";

/** The model of the newest answer has thought before it spoke. */
function thought(fake: FakeBackend) {
	for (const [topic, { messages }] of fake.log.views) {
		for (const { id: attempt, turn } of messages.at(-1)?.attempts.slice(-1) ?? []) {
			fake.log.record(topic, fake.now(), { event: "attempt.thought", data: { attempt, turn, thoughts: THOUGHTS } });
		}
	}
}

test("what a model thought stands folded below its words, and is fetched for whoever opens it", async () => {
	await openWindow("ended", thought);
	const thoughts = await screen.findByTestId("thoughts");
	expect(thoughts.textContent).toContain("35 characters");
	expect(screen.queryByText(/Who was it/)).toBeNull();

	within(thoughts).getByText(/^Thoughts/).click();

	const read = await within(thoughts).findByRole("group", { name: /^Thoughts of demo\// });
	expect(read.textContent).toBe(THOUGHTS);
	expect(read.tabIndex).toBe(0);
	await isAccessible();
	within(thoughts).getByText(/^Thoughts/).click();
	await until(() => expect(screen.queryByText(/Who was it/)).toBeNull());
});

test("whoever thinks before its first word is said to", async () => {
	await openWindow("ended", (fake) => {
		const [[topic, view] = []] = [...fake.log.views].filter(([, { messages }]) => messages.length === 4);
		const [seat] = view?.participants ?? [];
		if (!topic || !seat) throw new Error("nobody sits there");
		const thinking: EventKind = { event: "attempt.thinking", data: { attempt: "s1a", turn: "s1" } };
		fake.log.record(topic, fake.now(), running, turnStarted("s1", seat.id), attemptStarted("s1a", "s1"), thinking);
	});

	await until(() => expect(screen.getByText("Thinking…")).toBeTruthy());
	expect(screen.getByTestId("live-state").textContent).toMatch(/is thinking/);
	await isAccessible();
});
