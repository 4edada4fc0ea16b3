import { screen, within } from "@testing-library/svelte";
import { expect, test } from "vitest";
import type { EventKind } from "../../lib/bindings";
import { attemptAnswered, attemptStarted, messageCompleted, messageStarted, running, turnEnded, turnStarted } from "../../test/told";
import { isAccessible, key, openWindow, until } from "../../test/window";

const asked = (kind: EventKind, raw: string | null): EventKind[] => {
	if (kind.event === "attempt.started") return [{ ...kind, data: { ...kind.data, purpose: "choose" } }];
	return kind.event === "attempt.ended" ? [{ ...kind, data: { ...kind.data, raw } }] : [];
};

test("what the moderator said to whom it wanted, and what it was asked, can be read", async () => {
	const { fake } = await openWindow("ended");
	await until(() => expect(screen.queryAllByTestId("message").length).toBe(4));
	const [topic, view] = [...fake.log.views].find(([, { messages }]) => messages.length === 4) ?? [];
	const [speaker] = view?.participants ?? [];
	const parent = view?.messages.at(-1)?.id ?? null;
	if (!topic || !speaker) throw new Error("nobody is at the table");
	const after = (kind: EventKind): EventKind[] => {
		if (kind.event === "message.started") return [{ ...kind, data: { ...kind.data, parent } }];
		if (kind.event === "message.completed") return [{ ...kind, data: { ...kind.data, parent } }];
		return kind.event === "turn.started" ? [{ ...kind, data: { ...kind.data, choice: { policy: "moderator", reason: "moderated", scores: [], note: "It was asked." } } }] : [];
	};
	fake.log.record(
		topic,
		fake.now(),
		running,
		...asked(attemptStarted("mod", "m-turn", "host"), null),
		...asked(attemptAnswered("mod", "m-turn"), '{"next": 1, "why": "It was asked."}'),
		...after(turnStarted("m-turn", speaker.id)),
		attemptStarted("words", "m-turn"),
		...after(messageStarted("m-said", "m-turn", speaker.id)),
		attemptAnswered("words", "m-turn"),
		...after(messageCompleted("m-said", "m-turn", "Aye.", speaker.id)),
		turnEnded("m-turn"),
	);
	const message = await until(() => screen.getAllByTestId("message").find(({ textContent }) => textContent.includes("Aye.")) ?? expect.fail("nothing was said"));
	const why = within(message).getByRole("button", { name: `why ${speaker.name}?` });
	why.focus();
	why.click();

	expect((await screen.findByLabelText("Its answer, to the letter")).textContent).toBe('{"next": 1, "why": "It was asked."}');
	await isAccessible();
	screen.getByText("Show what it was asked").click();

	const dialog = await screen.findByRole("dialog", { name: "What demo/host was asked: who speaks next" });
	await until(() => expect(dialog.textContent).toContain("Instructions"));
	key(dialog, "Escape");
	await until(() => expect(screen.queryByRole("dialog", { name: /was asked/ })).toBeNull());
	await until(() => expect(document.activeElement).toBe(why));
});
