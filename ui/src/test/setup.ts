import { afterEach, vi } from "vitest";

// jsdom lays nothing out: a screen of a fixed size is enough for lists that show what fits.
Object.defineProperties(HTMLElement.prototype, {
	offsetHeight: { configurable: true, get: () => 800 },
	offsetWidth: { configurable: true, get: () => 1000 },
});
Element.prototype.scrollTo = () => {};
Element.prototype.scrollIntoView = () => {};

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
