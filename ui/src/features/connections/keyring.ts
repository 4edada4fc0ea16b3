import type { KeyringStatus, KeyState } from "../../lib/bindings";

/** Where a key would go now, and what can be done when it cannot go there. */
export function keyringWords({ state, backend }: KeyringStatus): { words: string; remedy: string | null } {
	switch (state) {
		case "ready":
			return { words: `${backend} is ready: keys are kept there and nowhere else.`, remedy: null };
		case "absent":
			return {
				words: "No keyring is running on this computer.",
				remedy: "Install and start one (GNOME Keyring or KWallet), or keep a key for this session only.",
			};
		case "locked":
			return { words: `${backend} is locked.`, remedy: "Unlock it, then look again." };
		case "denied":
			return { words: `${backend} did not permit access.`, remedy: "Allow Chimera in its settings, then look again." };
		case "timeout":
			return { words: `${backend} did not answer in time.`, remedy: "It may be waiting for you in another window. Look again." };
		case "unavailable":
			return { words: "The keyring could not be used.", remedy: "Keep a key for this session only, or look again." };
		default:
			return state satisfies never;
	}
}

export const keyWords: Record<KeyState, { mark: string; words: string }> = {
	file: { mark: "●", words: "key in the file of keys" },
	locked: { mark: "■", words: "the file of keys is locked" },
	none: { mark: "○", words: "no key needed" },
	keyring: { mark: "●", words: "key in the keyring" },
	session: { mark: "◐", words: "key until the app ends" },
	missing: { mark: "▲", words: "key missing: remove and add it again" },
	unknown: { mark: "?", words: "the keyring could not be asked" },
};
