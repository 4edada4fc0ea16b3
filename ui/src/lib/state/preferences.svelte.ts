import type { Backend } from "../backend/backend";
import type { Preferences, Theme } from "../bindings";

export const TEXT_SCALES = [80, 90, 100, 110, 125, 150, 175, 200] as const;

/** How the window looks. Rust keeps it; what changes here is shown at once. */
export class PreferencesState {
	current = $state.raw<Preferences>({ theme: "system", sidebar_open: true, inspector_open: true, text_scale: 100, record_all: false });
	#saving: Promise<unknown> = Promise.resolve();

	constructor(
		readonly backend: Pick<Backend, "setPreferences">,
		readonly onFailure: (thrown: unknown) => void,
	) {}

	load(preferences: Preferences) {
		this.current = preferences;
	}

	change(change: Partial<Preferences>) {
		const wanted = { ...this.current, ...change };
		this.current = wanted;
		// One after the other: the last one said is the last one kept.
		this.#saving = this.#saving.then(() => this.backend.setPreferences(wanted)).catch(this.onFailure);
		return this.#saving;
	}

	setTheme(theme: Theme) {
		return this.change({ theme });
	}

	resize(step: -1 | 0 | 1) {
		const now = this.current.text_scale;
		const larger = TEXT_SCALES.find((scale) => scale > now) ?? 200;
		const smaller = TEXT_SCALES.findLast((scale) => scale < now) ?? 80;
		return this.change({ text_scale: step === 0 ? 100 : step > 0 ? larger : smaller });
	}
}
