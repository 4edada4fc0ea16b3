import { Channel } from "@tauri-apps/api/core";
import { commands, type FeedItem } from "../bindings";
import type { Backend } from "./backend";

export const tauri: Backend = {
	...commands,

	async subscribe(afterSeq, deliver) {
		let wanted = true;
		const channel = new Channel<FeedItem[]>();
		channel.onmessage = (items) => {
			if (wanted) deliver(items);
		};
		await commands.subscribe(afterSeq, channel);
		return () => {
			wanted = false;
		};
	},
};
