import { screen, within } from "@testing-library/svelte";
import { expect, test } from "vitest";
import { byTestId, isAccessible, openWindow, press, type, until } from "../../test/window";

async function rules() {
	const opened = await openWindow("ended");
	await until(() => expect(screen.queryAllByTestId("message").length).toBe(4));
	(await byTestId("rules")).click();
	const dialog = await screen.findByRole("dialog", { name: "Rules of this conversation" });
	const changes = () => opened.fake.log.events.filter(({ event }) => event === "conversation.changed").map(({ data }) => data);
	return { ...opened, inside: within(dialog), changes };
}

const gone = () => until(() => expect(screen.queryByRole("dialog")).toBeNull());

test("the rules of a talk can be changed at any time, beside what has been used up of them", async () => {
	const { inside, changes } = await rules();
	expect(inside.getByText(/^Of all calls, the failed ones too\. .*[1-9].* so far\.$/)).toBeTruthy();
	await isAccessible();
	type(inside.getByLabelText(/^Money/), "2");
	type(inside.getByLabelText(/^Patience/), "45");
	inside.getByRole("radio", { name: /^Round robin/ }).click();
	inside.getByRole("checkbox", { name: /^Sum up/ }).click();

	await press("Save the rules");

	await gone();
	expect(changes()).toEqual([{ policy: "round_robin", stall_after_s: 45, summary: { on: true, route: [] }, end: expect.objectContaining({ money: 2_000_000_000 }) }]);
	expect(screen.getByTestId("progress").textContent).toContain("of $2.00");
});

test("the others may go on without a speaker that no model answers for", async () => {
	const { inside, changes } = await rules();
	const list = inside.getByLabelText<HTMLSelectElement>("When no model answers for a speaker");
	list.value = "pass_over";
	list.dispatchEvent(new Event("change", { bubbles: true }));

	await press("Save the rules");

	await gone();
	expect(changes()).toEqual([{ fallback: expect.objectContaining({ unanswered: "pass_over", after_cut: "auto" }) }]);
});

test("what is wrong is said at its field, and nothing is changed", async () => {
	const { inside, changes } = await rules();
	const money = inside.getByLabelText(/^Money/);
	type(money, "0");

	await press("Save the rules");

	await until(() => expect(money.getAttribute("aria-invalid")).toBe("true"));
	await until(() => expect(document.activeElement).toBe(money));
	expect(changes()).toEqual([]);
	await isAccessible();
});

test("to save what was not touched is to change nothing", async () => {
	const { changes } = await rules();

	await press("Save the rules");

	await gone();
	expect(changes()).toEqual([]);
});
