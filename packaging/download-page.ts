import type { Artifact, Kind } from './artifacts.ts';
import type { Release } from './release.ts';

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

const headings: readonly (readonly [Kind, string])[] = [
  ['executable', 'Executables'],
  ['image', 'Container images'],
  ['npm', 'npm packages'],
  ['sbom', 'Bills of materials'],
];

/** One static page that lists every download with its sum and how to install it. No scripts, nothing from elsewhere. */
export function downloadPage(artifacts: readonly Artifact[], release: Release): string {
  const { version, commit, timeSeconds } = release;
  const date = new Date(timeSeconds * 1000).toISOString().slice(0, 10);
  const sections = headings.flatMap(([kind, heading]) => {
    const some = artifacts.filter((artifact) => artifact.kind === kind);
    return some.length === 0 ? [] : [`<section>\n<h2>${heading}</h2>\n${howTo(kind, version)}${table(some)}</section>`];
  });
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="content-security-policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>baton-sendgrid ${escaped(version)}: downloads</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<header>
<h1>baton-sendgrid <span>${escaped(version)}</span></h1>
<p>Who may do what in a Twilio SendGrid account: the connector <code>baton-sendgrid</code>, the tool <code>baton</code> that reads what it wrote,
and the self-hosted <code>console</code>.</p>
<p class="facts">${date} · commit <code>${escaped(commit.slice(0, 12))}</code> · <a href="SHA256SUMS">SHA256SUMS</a></p>
</header>
<section>
<h2>Check what you downloaded</h2>
${shell('sha256sum --ignore-missing --check SHA256SUMS')}
</section>
${sections.join('\n')}
</main>
</body>
</html>
`;
}

const shell = (text: string): string => `<pre tabindex="0">${escaped(text)}</pre>\n`;

function howTo(kind: Kind, version: string): string {
  const name = `baton-sendgrid-v${version}`;
  switch (kind) {
    case 'executable':
      return (
        '<p>One file each; Node.js is not needed on the machine. On Linux, for example:</p>\n' +
        shell(
          `tar xzf ${name}-linux-amd64.tar.gz\nsudo install baton-sendgrid /usr/local/bin/\nsudo install -D -m 644 man/baton-sendgrid.1 /usr/local/share/man/man1/baton-sendgrid.1\nbaton-sendgrid --help`,
        ) +
        '<p>Linux needs glibc 2.28 or newer, <code>libstdc++</code> and <code>libatomic</code> (on Debian and Ubuntu: <code>libatomic1</code>, <code>libstdc++6</code>). ' +
        'The files for macOS and Windows were made on another system and never run there. Nobody vouches to Apple or Microsoft for them; a Mac ' +
        'asks about what a browser has downloaded until its mark is taken off:</p>\n' +
        shell('xattr -d com.apple.quarantine baton-sendgrid')
      );
    case 'image':
      return (
        '<p>The program is the entrypoint, the user is 65532, nothing but <code>/data</code> and <code>/tmp</code> is written, and there is no shell inside.</p>\n' +
        shell(
          `docker load --input ${name}-image-linux-amd64.docker.tar\ndocker run --rm --read-only --tmpfs /tmp --volume "$PWD:/out" --user "$(id -u)" \\\n  --env BATON_SENDGRID_API_KEY baton-sendgrid:${version} --file /out/sync.c1z`,
        ) +
        '<p>Into a registry of yours, for both architectures:</p>\n' +
        shell(
          `skopeo copy --all oci-archive:${name}-image.oci.tar:${version} docker://registry.example/baton-sendgrid:${version}`,
        )
      );
    case 'npm':
      return (
        '<p>With Node.js 24 or newer on the machine:</p>\n' +
        shell(`npx --package ./baton-sendgrid-${version}.tgz baton-sendgrid --help`)
      );
    case 'sbom':
      return '<p>What is inside, for scanners. The licences lie in every archive as <code>THIRD_PARTY_LICENSES.txt</code>.</p>\n';
  }
}

function table(artifacts: readonly Artifact[]): string {
  const rows = artifacts.map(
    ({ file, program, about, bytes, sha256 }) =>
      `<tr><th scope="row">${escaped(program)}</th><td>${escaped(about)}</td><td><a href="${encodeURIComponent(file)}">${escaped(file)}</a>` +
      `<code class="sum">${sha256}</code></td><td class="size">${size(bytes)}</td></tr>\n`,
  );
  return `<div class="scroll" tabindex="0"><table>
<thead><tr><th scope="col">Program</th><th scope="col">For</th><th scope="col">File and SHA-256</th><th scope="col" class="size">Size</th></tr></thead>
<tbody>
${rows.join('')}</tbody>
</table></div>
`;
}

const size = (bytes: number): string =>
  bytes >= 1e6 ? `${(bytes / 1e6).toFixed(1)} MB` : `${Math.max(1, Math.round(bytes / 1e3))} kB`;

const STYLE = `
:root { color-scheme: light dark; --ink: #1c2430; --soft: #566072; --line: #dfe3ea; --paper: #fff; --back: #f5f6f9; --accent: #1d4ed8; }
@media (prefers-color-scheme: dark) { :root { --ink: #e7eaf0; --soft: #a3adbd; --line: #313948; --paper: #1a202b; --back: #11151d; --accent: #8ab0ff; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--back); color: var(--ink); font: 16px/1.55 system-ui, sans-serif; }
main { max-width: 68rem; margin: 0 auto; padding: 3rem 1.25rem 4rem; }
h1 { font-size: 2.25rem; line-height: 1.15; letter-spacing: -0.02em; margin: 0 0 0.75rem; }
h1 span { color: var(--soft); font-weight: 400; }
header p { max-width: 44rem; margin: 0 0 0.5rem; }
.facts { color: var(--soft); font-size: 0.9rem; }
section { background: var(--paper); border: 1px solid var(--line); border-radius: 12px; padding: 1.25rem 1.5rem 1.5rem; margin-top: 1.5rem; }
h2 { font-size: 1.2rem; margin: 0 0 0.5rem; }
section p { margin: 0.5rem 0; max-width: 48rem; }
a { color: var(--accent); }
code, pre { font-family: ui-monospace, monospace; font-size: 0.85rem; }
pre { background: var(--back); border: 1px solid var(--line); border-radius: 8px; padding: 0.75rem 1rem; margin: 0.5rem 0; overflow-x: auto; }
.scroll { overflow-x: auto; margin-top: 1rem; }
table { width: 100%; border-collapse: collapse; font-size: 0.92rem; }
th, td { text-align: left; vertical-align: top; padding: 0.6rem 0.9rem 0.6rem 0; border-top: 1px solid var(--line); }
thead th { border-top: 0; color: var(--soft); font-weight: 500; font-size: 0.85rem; }
tbody th { font-weight: 600; white-space: nowrap; }
.sum { display: block; color: var(--soft); font-size: 0.72rem; overflow-wrap: anywhere; }
.size { text-align: right; white-space: nowrap; padding-right: 0; }
`;
