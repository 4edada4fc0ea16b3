import {
	defaultRangeExtractor,
	elementScroll,
	observeElementOffset,
	observeElementRect,
	Virtualizer,
	type VirtualItem,
	type VirtualizerOptions,
} from "@tanstack/virtual-core";
import { flushSync, untrack } from "svelte";
import type { Attachment } from "svelte/attachments";

interface Source {
	scroller: () => HTMLElement | null;
	keys: () => string[];
	estimate: (index: number) => number;
	/** A row that stays although it is out of sight: the one that has the focus. */
	kept: () => number | null;
	/** The row at which something begins that is to be read from there: it has come in one piece since these keys. */
	begins: (before: string[]) => number | null;
}

/** So near to the end counts as being there, in pixels. */
const END_THRESHOLD = 16;

/**
 * A long list of rows of any height that holds on to its end: it follows what is appended while the reader is at the
 * end, and does not move under a reader who is elsewhere. Scroll anchoring is done here; WebKitGTK has none.
 */
export class VirtualRows {
	rows = $state.raw<VirtualItem[]>([]);
	total = $state(0);
	isAtEnd = $state(true);
	#virtualizer: Virtualizer<HTMLElement, HTMLElement>;
	#mayFlush = false;
	#keys: string[] = [];
	#begins: number | null = null;

	constructor(readonly source: Source) {
		this.#virtualizer = new Virtualizer(this.#options());
		$effect.pre(() => this.#follow(source.keys(), source.kept()));
		$effect(() => this.#attach());
		$effect(() => {
			// After the rows have been laid out: now the place can be corrected.
			void [this.rows, this.total];
			this.#virtualizer._willUpdate();
			this.#mayFlush = true;
			this.#toBeginning();
		});
	}

	/** For each row's element: its height is measured as it changes. */
	readonly measure: Attachment<HTMLElement> = (element) => {
		this.#virtualizer.measureElement(element);
		return () => this.#virtualizer.measureElement(null);
	};

	toEnd() {
		this.#virtualizer.scrollToEnd();
	}

	toIndex(index: number) {
		this.#virtualizer.scrollToIndex(index, { align: "auto" });
	}

	/** To be called when the scroller was scrolled. */
	look() {
		this.isAtEnd = this.#virtualizer.isAtEnd(END_THRESHOLD);
	}

	#options(isFollowing = true): VirtualizerOptions<HTMLElement, HTMLElement> {
		const { source } = this;
		const keys = source.keys();
		const kept = source.kept();
		return {
			count: keys.length,
			getItemKey: (index) => keys[index] ?? index,
			getScrollElement: source.scroller,
			estimateSize: source.estimate,
			scrollToFn: elementScroll,
			observeElementRect,
			observeElementOffset,
			overscan: 8,
			paddingStart: 16,
			paddingEnd: 24,
			anchorTo: "end",
			followOnAppend: isFollowing,
			scrollEndThreshold: END_THRESHOLD,
			rangeExtractor: (range) => {
				const shown = defaultRangeExtractor(range);
				if (kept === null || kept >= keys.length || shown.includes(kept)) return shown;
				return [...shown, kept].sort((one, other) => one - other);
			},
			onChange: (_, sync) => {
				// A correction of the place and the rows it is for belong into one frame.
				if (sync && this.#mayFlush) flushSync(() => this.#show());
				else this.#show();
			},
		};
	}

	#follow(keys: string[], ..._dependencies: unknown[]) {
		const begins = this.source.begins(this.#keys);
		this.#keys = keys;
		// Who reads elsewhere is not called away.
		if (begins !== null && untrack(() => this.isAtEnd)) this.#begins = begins;
		this.#virtualizer.setOptions(this.#options(begins === null));
		this.#show();
	}

	/** As much of it as there is room for, but never past its first line. */
	#toBeginning() {
		if (this.#begins === null) return;
		this.#virtualizer.scrollToIndex(this.#begins, { align: "start" });
		this.#begins = null;
	}

	#attach() {
		const unmount = this.#virtualizer._didMount();
		this.#virtualizer._willUpdate();
		this.#show();
		this.toEnd();
		return unmount;
	}

	#show() {
		this.rows = this.#virtualizer.getVirtualItems();
		this.total = this.#virtualizer.getTotalSize();
		this.look();
	}
}
