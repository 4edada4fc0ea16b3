const NAMED: Record<string, string> = {
	amp: "&", lt: "<", gt: ">", quot: '"', apos: "'", nbsp: "\u00a0", ensp: "\u2002", emsp: "\u2003", thinsp: "\u2009",
	ndash: "–", mdash: "—", hellip: "…", bull: "•", middot: "·", lsquo: "‘", rsquo: "’", ldquo: "“", rdquo: "”",
	laquo: "«", raquo: "»", copy: "©", reg: "®", trade: "™", deg: "°", para: "¶", sect: "§", times: "×", divide: "÷",
	plusmn: "±", minus: "−", ne: "≠", le: "≤", ge: "≥", asymp: "≈", infin: "∞", larr: "←", rarr: "→", uarr: "↑",
	darr: "↓", harr: "↔", euro: "€", pound: "£", cent: "¢", yen: "¥", frac12: "½", frac14: "¼", frac34: "¾", sup2: "²",
	sup3: "³", micro: "µ", alpha: "α", beta: "β", gamma: "γ", delta: "δ", lambda: "λ", mu: "μ", pi: "π", sigma: "σ",
	colon: ":", tab: "\t", newline: "\n", lpar: "(", rpar: ")", lsqb: "[", rsqb: "]", num: "#", ast: "*", lowbar: "_",
};

/** Character references of markdown as the characters they stand for; unknown ones stay as they were written. */
export function decodeEntities(text: string): string {
	return text.replace(/&(?:#(\d{1,7})|#[xX]([0-9a-fA-F]{1,6})|([A-Za-z][A-Za-z0-9]{1,31}));/g, (whole, decimal, hex, name) => {
		if (name !== undefined) return NAMED[name] ?? NAMED[name.toLowerCase()] ?? whole;
		const point = decimal === undefined ? parseInt(hex, 16) : parseInt(decimal, 10);
		const isCharacter = point > 0 && point <= 0x10ffff && !(point >= 0xd800 && point <= 0xdfff);
		return isCharacter ? String.fromCodePoint(point) : "\ufffd";
	});
}
