import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { ConversationCounts, ConversationSummary, EventKind, Shelf } from "../bindings";
import { created, running, story, viewOf } from "../../test/told";
import { Conversations, shelfOf } from "./conversations.svelte";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const row = (id: string, away: Partial<ConversationSummary> = {}): ConversationSummary => ({
	id, title: id, topic: "", state: "completed", participants: [], messages: 2, preview: null, archived: false, trashed: false,
	created_at: "2026-11-22T10:00:00Z", updated_at: "2026-11-22T10:00:00Z", ...away,
});

const archived: EventKind = { event: "conversation.archived", data: {} };
const unarchived: EventKind = { event: "conversation.unarchived", data: {} };
const trashed: EventKind = { event: "conversation.trashed", data: {} };
const restored: EventKind = { event: "conversation.restored", data: {} };

/** A list over these rows, which are what Rust would say. */
async function listOf(rows: ConversationSummary[]) {
	const asked: Shelf[] = [];
	const list = new Conversations({
		listConversations: async (shelf) => {
			asked.push(shelf);
			const counts: ConversationCounts = { current: 0, archived: 0, trashed: 0 };
			for (const item of rows) counts[shelfOf(item)] += 1;
			return { items: rows.filter((item) => shelfOf(item) === shelf), next_cursor: null, counts };
		},
	});
	await list.load();
	const happens = (id: string, kind: EventKind) => list.apply({ seq: 9, topic: `conversation:${id}`, ts: "2026-11-22T11:00:00Z", ...kind });
	return { list, asked, happens };
}

const shown = (list: Conversations) => list.shown.map(({ id }) => id);

test("what is archived or thrown away leaves the list, and what comes back stands first", async () => {
	const { list, happens } = await listOf([row("a"), row("b"), row("c")]);

	happens("b", archived);
	happens("c", trashed);
	expect(shown(list)).toEqual(["a"]);
	expect(list.counts).toEqual({ current: 1, archived: 1, trashed: 1 });

	happens("c", restored);
	happens("b", unarchived);
	expect(shown(list)).toEqual(["b", "c", "a"]);
	expect(list.counts).toEqual({ current: 3, archived: 0, trashed: 0 });
});

test("what was archived before it was thrown away comes back into the archive", async () => {
	const { list, happens } = await listOf([row("a"), row("b", { archived: true })]);
	await list.open("archived");

	happens("b", trashed);
	expect([shown(list), list.counts.trashed]).toEqual([[], 1]);
	happens("b", restored);

	expect([shown(list), list.counts.archived]).toEqual([["b"], 1]);
});

test("each shelf is asked for when it is opened, and what is known of the others is kept", async () => {
	const { list, asked } = await listOf([row("a"), row("b", { trashed: true })]);

	await list.open("trashed");
	expect(shown(list)).toEqual(["b"]);
	expect(list.latest?.id).toBe("a");
	await list.open("current");

	expect(shown(list)).toEqual(["a"]);
	expect(asked).toEqual(["current", "trashed", "current"]);
});

test("what is deleted for good is gone from every shelf", async () => {
	const { list } = await listOf([row("a"), row("b", { trashed: true })]);
	await list.open("trashed");

	list.apply({ seq: 9, topic: "library", ts: "", event: "conversation.deleted", data: { conversation: "b" } });

	expect([shown(list), list.find("b"), list.counts.trashed]).toEqual([[], undefined, 0]);
});

test("what happened to one that is not known here is asked for", async () => {
	const rows = [row("a")];
	const { list, happens } = await listOf(rows);
	rows.push(row("far", { archived: true }));

	happens("far", archived);
	await vi.advanceTimersByTimeAsync(1_500);

	expect(list.counts).toEqual({ current: 1, archived: 1, trashed: 0 });
	expect(shown(list)).toEqual(["a"]);
});

test("the flags of a conversation follow what is told of it", () => {
	const flags = (...kinds: EventKind[]) => {
		const view = viewOf(story(created, ...kinds));
		return [view.archived, view.trashed];
	};

	expect(flags(running)).toEqual([false, false]);
	expect(flags(archived)).toEqual([true, false]);
	expect(flags(archived, trashed)).toEqual([true, true]);
	expect(flags(archived, trashed, restored, unarchived)).toEqual([false, false]);
});
