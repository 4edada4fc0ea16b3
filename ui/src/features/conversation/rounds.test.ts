import { screen, within } from "@testing-library/svelte";
import { expect, test } from "vitest";
import { attemptAnswered, attemptStarted, messageCompleted, messageStarted, running, turnEnded, turnStarted } from "../../test/told";
import type { EventKind } from "../../lib/bindings";
import { isAccessible, openWindow, until } from "../../test/window";

const inRound = (kind: EventKind): EventKind => (kind.event === "turn.started" ? { ...kind, data: { ...kind.data, round: "r1" } } : kind);

/** A talk of four messages, in which two are about to answer at once. */
async function atOnce() {
	const { fake } = await openWindow("ended");
	await until(() => expect(screen.queryAllByTestId("message").length).toBe(4));
	const [topic, view] = [...fake.log.views].find(([, { messages }]) => messages.length === 4) ?? [];
	const [first, second] = view?.participants ?? [];
	if (!topic || !view || !first || !second) throw new Error("nobody is at the table");
	const record = (...kinds: EventKind[]) => fake.log.record(topic, fake.now(), ...kinds);
	record(running, inRound(turnStarted("r1t1", first.id)), inRound(turnStarted("r1t2", second.id)), attemptStarted("r1a1", "r1t1"), attemptStarted("r1a2", "r1t2"));
	return { view, first, second, record };
}

test("those who answer at once are shown side by side, and give way to what they say when all are through", async () => {
	const { view, first, second, record } = await atOnce();
	const after = (kind: EventKind, parent: string | null = null): EventKind => {
		if (kind.event === "message.started") return { ...kind, data: { ...kind.data, parent } };
		return kind.event === "message.completed" ? { ...kind, data: { ...kind.data, parent } } : kind;
	};

	record(attemptAnswered("r1a1", "r1t1"));

	const members = within(await screen.findByTestId("round")).getAllByRole("listitem").map(({ textContent }) => textContent);
	expect(members).toHaveLength(2);
	expect(members[0]).toMatch(new RegExp(`${first.name}.*has answered`));
	expect(members[1]).toMatch(new RegExp(`${second.name}.*is thinking`));
	expect(screen.getByTestId("live-state").textContent).toContain("1 of 2 are through");
	expect(within(await screen.findByTestId("round")).queryByRole("button", { name: `Skip ${first.name}` })).toBeNull();
	await isAccessible();

	record(attemptAnswered("r1a2", "r1t2"));
	const last = view.messages.at(-1)?.id;
	record(after(messageStarted("r1m1", "r1t1"), last), after(messageCompleted("r1m1", "r1t1", "Aye."), last), turnEnded("r1t1"));
	record(after(messageStarted("r1m2", "r1t2"), "r1m1"), after(messageCompleted("r1m2", "r1t2", "No."), "r1m1"), turnEnded("r1t2"));

	await until(() => expect(screen.queryByTestId("round")).toBeNull());
	await until(() => expect(screen.getAllByTestId("message").slice(-2).map(({ textContent }) => /Aye\.|No\./.exec(textContent)?.[0])).toEqual(["Aye.", "No."]));
});

test("one of them can be skipped, and whoever did it keeps their place", async () => {
	const { first, second } = await atOnce();
	const round = within(await screen.findByTestId("round"));
	const skip = round.getByRole("button", { name: `Skip ${first.name}` });
	skip.focus();

	skip.click();

	await until(() => expect(round.queryByRole("button", { name: `Skip ${first.name}` })).toBeNull());
	expect(round.getByRole("button", { name: `Skip ${second.name}` })).toBeTruthy();
	await until(() => expect(document.activeElement).toBe(screen.getByTestId("round")));
});

test("who was skipped before a word stays in the row, quietly", async () => {
	const { first, record } = await atOnce();

	record({ event: "turn.ended", data: { turn: "r1t1", outcome: "cancelled" } });

	const member = within(await screen.findByTestId("round")).getAllByRole("listitem")[0];
	await until(() => expect(member?.textContent).toMatch(new RegExp(`${first.name}.*was skipped`)));
	expect(within(screen.getByTestId("round")).getAllByRole("listitem")).toHaveLength(2);
	expect(screen.getByTestId("live-state").textContent).toContain("1 of 2 are through");
});
