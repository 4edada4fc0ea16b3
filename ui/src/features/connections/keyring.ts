import type { KeyringStatus, KeyState, KeyStorage } from "../../lib/bindings";

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
	locked: { mark: "■", words: "key in the file of keys, which is locked" },
	none: { mark: "○", words: "no key needed" },
	keyring: { mark: "●", words: "key in the keyring" },
	session: { mark: "◐", words: "key until the app ends" },
	missing: { mark: "▲", words: "key missing: edit the connection and give it again" },
	unknown: { mark: "?", words: "the keyring could not be asked" },
};

export const storageWords: Record<KeyStorage, string> = {
	keyring: "In the keyring",
	file: "In the file of keys",
	session: "For this session only",
};

export function storageHint(storage: KeyStorage, keyring: string): string {
	switch (storage) {
		case "keyring":
			return `Goes to ${keyring}, never into a file, and is never shown again.`;
		case "file":
			return "Goes to the file of keys, encrypted, and is never shown again.";
		case "session":
			return "Stays in memory until the app ends; then you give it again.";
		default:
			return storage satisfies never;
	}
}
