import { screen, within } from "@testing-library/svelte";
import { expect, test, vi } from "vitest";
import type { ConversationUsage, Spent } from "../../lib/bindings";
import { NOTHING } from "../../lib/money";
import { button, isAccessible, openWindow, press, until } from "../../test/window";
import { usageRow, usageRows } from "./usage";

const spent = (attempts: number, known: number, unpriced_attempts = 0, input_tokens = 100): Spent => ({ ...NOTHING, attempts, input_tokens, output_tokens: 20, cost: { known, unpriced_attempts, estimated: false } });

const usage: ConversationUsage = {
	conversation: "c1",
	total: spent(9, 40_000_000, 4, 2_000),
	participants: [
		{ participant: "p1", name: "Sceptic", spent: spent(2, 10_000_000) },
		{ participant: "p2", name: "Poet", spent: spent(4, 0, 4, 1_500) },
		{ participant: "p3", name: "Host", spent: spent(1, 0) },
	],
	asides: [{ purpose: "choose", spent: spent(2, 30_000_000) }],
	models: [],
};

test("the dearest comes first, and what nobody knows the price of is unknown, not nothing", () => {
	const rows = usageRows(usage).map(({ who, cost }) => [who, cost]);

	expect(rows).toEqual([["Moderator: who speaks next", "$0.0300"], ["Sceptic", "$0.0100"], ["Poet", "unknown"], ["Host", "$0.00"]]);
	expect(usageRow("total", "Total", usage.total).cost).toBe("≥ $0.0400, 4 calls unpriced");
});

test("who came to what is shown beside the totals, kept up with the talk, and asked for again when that failed", async () => {
	const { fake } = await openWindow("ended");
	const asked = vi.spyOn(fake, "conversationUsage").mockRejectedValueOnce({ code: "internal", message: "the store is busy", field: null }).mockResolvedValue(usage);

	const opener = await button("Costs by participant…");
	opener.focus();
	opener.click();
	const dialog = within(await screen.findByRole("dialog", { name: "Costs by participant" }));
	await dialog.findByRole("alert");
	await press("Try again");

	const table = within(await dialog.findByRole("table"));
	expect(table.getAllByRole("rowheader").map(({ textContent }) => textContent)).toEqual(["Moderator: who speaks next", "Sceptic", "Poet", "Host", "Total"]);
	expect(within(table.getByRole("row", { name: /Poet/ })).getAllByRole("cell").map(({ textContent }) => textContent)).toEqual(["4", "1,500", "20", "unknown"]);
	expect(asked).toHaveBeenCalledTimes(2);
	await isAccessible();
	(await dialog.findAllByRole("button", { name: "Close" })).at(-1)?.click();
	await until(() => expect(document.activeElement).toBe(opener));
});
