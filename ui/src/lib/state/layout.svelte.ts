export type Width = "wide" | "medium" | "narrow" | "compact";
export type Pane = "sidebar" | "inspector";

/** How much room there is, measured in text: larger letters make a window narrower. */
export class Layout {
	#pixels = $state({ width: 1200, height: 800 });
	#scale: () => number;
	/** The pane that lies over the stage because it has no room beside it. */
	drawer = $state<Pane | null>(null);

	constructor(textScale: () => number) {
		this.#scale = textScale;
	}

	readonly width: Width = $derived.by(() => {
		const room = this.#pixels.width / (this.#scale() / 100);
		if (room >= 1100) return "wide";
		if (room >= 760) return "medium";
		return room >= 560 ? "narrow" : "compact";
	});

	/** So low that the words need the room of everything around them. */
	readonly isLow: boolean = $derived.by(() => this.#pixels.height / (this.#scale() / 100) < 480);

	hasRoomFor(pane: Pane): boolean {
		return pane === "inspector" ? this.width === "wide" : this.width === "wide" || this.width === "medium";
	}

	resize(width: number, height: number) {
		this.#pixels = { width, height };
		if (this.drawer !== null && this.hasRoomFor(this.drawer)) this.drawer = null;
	}
}
