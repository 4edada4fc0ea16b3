import { configure } from "@testing-library/svelte";
import { afterEach, vi } from "vitest";
import { PATIENCE_MS } from "./patience";

configure({ asyncUtilTimeout: PATIENCE_MS });

// jsdom lays nothing out. A window of a fixed size in which every row is as high as the next is enough for lists that
// show what fits.
const ROW = 120;
const WINDOW = { width: 1360, height: 800 };
Object.defineProperties(HTMLElement.prototype, {
	offsetHeight: { configurable: true, get: () => ROW },
	offsetWidth: { configurable: true, get: () => WINDOW.width },
});
Object.defineProperties(Element.prototype, {
	clientHeight: { configurable: true, get: () => WINDOW.height },
	clientWidth: { configurable: true, get: () => WINDOW.width },
	scrollHeight: { configurable: true, get: contentHeight },
	scrollTo: { configurable: true, value: scrollTo },
});
window.innerWidth = WINDOW.width;
HTMLCanvasElement.prototype.getContext = () => null;
Element.prototype.scrollIntoView = () => {};

function contentHeight(this: Element): number {
	const content = this.firstElementChild;
	const height = content instanceof HTMLElement ? Number.parseFloat(content.style.getPropertyValue("block-size")) : Number.NaN;
	return Number.isNaN(height) ? WINDOW.height : height;
}

function scrollTo(this: Element, options: ScrollToOptions) {
	this.scrollTop = options.top ?? 0;
	this.dispatchEvent(new Event("scroll"));
}

class NothingChanges implements ResizeObserver {
	observe() {}
	unobserve() {}
	disconnect() {}
}
vi.stubGlobal("ResizeObserver", NothingChanges);

vi.stubGlobal("matchMedia", (media: string) => ({
	media,
	matches: false,
	onchange: null,
	addEventListener: () => {},
	removeEventListener: () => {},
	addListener: () => {},
	removeListener: () => {},
	dispatchEvent: () => false,
}));

afterEach(() => localStorage.clear());
