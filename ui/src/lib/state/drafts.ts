const PREFIX = "draft:";

/** What was typed and not yet sent, per conversation. It survives a restart of the app. */
export const drafts = {
	read(conversation: string): string {
		try {
			return localStorage.getItem(PREFIX + conversation) ?? "";
		} catch {
			return "";
		}
	},

	keep(conversation: string, text: string) {
		try {
			if (text === "") localStorage.removeItem(PREFIX + conversation);
			else localStorage.setItem(PREFIX + conversation, text);
		} catch {
			// Without storage a draft lives as long as its composer does.
		}
	},
};
