import type { ShownShelf } from "../../lib/state/conversations.svelte";

export const shelfWords: Record<ShownShelf, string> = { current: "Conversations", archived: "Archive", trashed: "Trash" };

/** What stands where nothing does. */
export const emptyWords: Record<ShownShelf, string> = {
	current: "No conversations yet. The first one you start stands here.",
	archived: "Nothing is archived. What you put away stands here, until you say something in it or set it going.",
	trashed: "The trash is empty.",
};
