import { describe, expect, test } from "vitest";
import type { FeedItem, Seq } from "../bindings";
import { created, delta, item, running, story, userSaid } from "../../test/told";
import { Feed } from "./feed.svelte";

function wire() {
	const asked: (Seq | null)[] = [];
	const channels: ((items: FeedItem[]) => void)[] = [];
	const left: number[] = [];
	return {
		asked, channels, left,
		subscribe: async (after: Seq | null, deliver: (items: FeedItem[]) => void) => {
			asked.push(after);
			const place = channels.push(deliver) - 1;
			return () => void left.push(place);
		},
	};
}

describe("the feed", () => {
	test("delivers every event once and in order, and every word", async () => {
		const heard: FeedItem[] = [];
		const backend = wire();
		const feed = new Feed(backend, (item) => heard.push(item));
		const events = story(created, running, userSaid("m1", "Hello")).map(item);
		await feed.connect();

		backend.channels[0]?.(events.slice(0, 2));
		backend.channels[0]?.([...events, delta("m1", 0, "x"), delta("m1", 1, "y")]);

		expect(heard).toEqual([...events, delta("m1", 0, "x"), delta("m1", 1, "y")]);
		expect(feed.seq).toBe(3);
	});

	test("asks again for events that are missing, and takes a gap that stays for what it is", async () => {
		const heard: FeedItem[] = [];
		const backend = wire();
		const feed = new Feed(backend, (item) => heard.push(item));
		const events = story(created, running, userSaid("m1", "Hello"), userSaid("m2", "there")).map(item);
		await feed.connect();
		backend.channels[0]?.(events.slice(0, 1));

		backend.channels[0]?.(events.slice(2));
		expect(heard).toHaveLength(1);
		expect(backend.asked).toEqual([null, 1]);
		backend.channels[1]?.(events.slice(3));

		expect(heard).toEqual([events[0], events[3]]);
	});

	test("comes back to where it was, and leaves the place it had", async () => {
		let now = 0;
		const backend = wire();
		const feed = new Feed(backend, () => {}, () => now);
		await feed.connect();
		backend.channels[0]?.(story(created, running).map(item));

		await feed.resync();
		now += 100;
		await feed.resync();

		expect(backend.asked).toEqual([null, 2]);
		expect(backend.left).toEqual([0]);
	});
});
