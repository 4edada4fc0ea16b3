import { screen, within } from "@testing-library/svelte";
import { expect, test, vi } from "vitest";
import type { EventKind } from "../../lib/bindings";
import { attemptFailed, attemptStarted, messageStarted, running, turnStarted } from "../../test/told";
import { isAccessible, key, openWindow, until } from "../../test/window";

/** A talk of four messages that goes on. */
async function talking() {
	const { fake } = await openWindow("ended");
	await until(() => expect(screen.queryAllByTestId("message").length).toBe(4));
	const [topic, view] = [...fake.log.views].find(([, { messages }]) => messages.length === 4) ?? [];
	const [first] = view?.participants ?? [];
	if (!topic || !view || !first) throw new Error("nobody is at the table");
	const record = (...kinds: EventKind[]) => fake.log.record(topic, fake.now(), ...kinds);
	record(running);
	return { fake, first, record, last: view.messages.at(-1)?.id ?? null };
}

const skipOf = (name: string) => within(screen.getByTestId("transcript")).findByRole("button", { name: `Skip ${name}` });

test("whoever is waited for can be skipped, and the talk goes on without them", async () => {
	const { fake, first, record } = await talking();
	const skip = vi.spyOn(fake, "skipParticipant");
	record(turnStarted("s1", first.id), attemptStarted("s1a", "s1"));
	const button = await skipOf(first.name);
	await isAccessible();
	button.focus();

	button.click();

	expect(skip).toHaveBeenCalledWith(expect.any(String), first.id);
	await until(() => expect(screen.getAllByTestId("message").length).toBeGreaterThan(4));
	expect(document.activeElement).not.toBe(document.body);
});

test("whoever speaks can be skipped, and what was said stays", async () => {
	const { fake, first, record, last } = await talking();
	const skip = vi.spyOn(fake, "skipParticipant").mockResolvedValue(null);
	const begins = messageStarted("s1m", "s1", first.id);
	record(turnStarted("s1", first.id), attemptStarted("s1a", "s1"));
	if (begins.event === "message.started") record({ ...begins, data: { ...begins.data, parent: last } });
	await until(() => expect(screen.getAllByTestId("message")).toHaveLength(5));

	(await skipOf(first.name)).click();

	expect(skip).toHaveBeenCalledWith(expect.any(String), first.id);
});

test("the question who speaks next can be skipped, and so can a summary", async () => {
	const { fake, record } = await talking();
	const skip = vi.spyOn(fake, "skipTurn").mockResolvedValue(null);
	const asked = (attempt: string, purpose: "choose" | "summarise"): EventKind[] => {
		const kind = attemptStarted(attempt, "next");
		return kind.event === "attempt.started" ? [{ ...kind, data: { ...kind.data, purpose } }] : [];
	};

	record(...asked("q1", "choose"));
	const button = await screen.findByRole("button", { name: "Skip the question who speaks next" });
	await isAccessible();
	button.focus();
	button.click();
	record(attemptFailed("q1", "next"));
	await until(() => expect(button.isConnected).toBe(false));
	await until(() => expect(document.activeElement).toBe(screen.getByTestId("live-state")));
	record(...asked("q2", "summarise"));
	const summary = await screen.findByRole("button", { name: "Skip the summary" });
	// Later than a double click, which would be one wish.
	vi.spyOn(Date, "now").mockReturnValue(Date.now() + 1_000);
	summary.click();

	expect(skip).toHaveBeenCalledTimes(2);
});

test("whoever is asked or speaks can be skipped from anywhere by a key, and nobody else", async () => {
	const { fake, first, record } = await talking();
	const skip = vi.spyOn(fake, "skipTurn").mockResolvedValue(null);
	const press = () => key(window, "S", { ctrlKey: true, shiftKey: true });

	press();
	expect(skip).not.toHaveBeenCalled();
	record(turnStarted("s1", first.id), attemptStarted("s1a", "s1"));
	await skipOf(first.name);

	expect(press().defaultPrevented).toBe(true);

	expect(skip).toHaveBeenCalledTimes(1);
});

test("of a sentence that was cut one chooses whether it goes on, is said anew or goes", async () => {
	const { fake, first, record, last } = await talking();
	const goesOn = vi.spyOn(fake, "nudgeParticipant").mockResolvedValue(null);
	const discards = vi.spyOn(fake, "deleteMessage").mockResolvedValue(null);
	const begins = messageStarted("s1m", "s1", first.id);
	record(turnStarted("s1", first.id), attemptStarted("s1a", "s1"));
	if (begins.event === "message.started") record({ ...begins, data: { ...begins.data, parent: last } });
	const cause = { why: "slept" } as const;
	record({ event: "message.interrupted", data: { message: "s1m", turn: "s1", text: "Half a", cause } });
	const bar = within(await screen.findByTestId("interrupted-bar"));
	bar.getByText(/the computer slept/);
	await isAccessible();

	bar.getByRole("button", { name: "let it go on" }).click();
	expect(goesOn).toHaveBeenCalledWith(expect.any(String), first.id);
	bar.getByRole("button", { name: "discard" }).click();

	await until(() => expect(discards).toHaveBeenCalledWith(expect.any(String), "s1m"));
});
