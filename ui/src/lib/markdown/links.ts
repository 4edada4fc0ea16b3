const SCHEMES = new Set(["http:", "https:", "mailto:"]);

/** The address a link may lead to, as the browser would read it; null for everything but web and mail. */
export function safeHref(href: string): string | null {
	let url: URL;
	try {
		// Without a base a relative address is no address: it would lead into the app.
		url = new URL(href.trim());
	} catch {
		return null;
	}
	if (!SCHEMES.has(url.protocol)) return null;
	if (url.protocol !== "mailto:" && url.hostname === "") return null;
	return url.href;
}

/** Where a link leads, as it has to be judged: the host, in punycode where it is not plain ASCII. */
export function hostOf(href: string): string {
	const url = new URL(href);
	return url.protocol === "mailto:" ? url.pathname : url.host;
}
