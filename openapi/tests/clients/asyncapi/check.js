// Fails on whatever the official parser finds in an AsyncAPI document, hints included. But for one:
// that there is a newer version of AsyncAPI than the one that tools read today.
const { readFileSync } = require("node:fs");
const { Parser } = require("@asyncapi/parser");

new Parser().parse(readFileSync(process.argv[2], "utf8")).then(({ document, diagnostics: all }) => {
  const diagnostics = all.filter(({ code }) => code !== "asyncapi-latest-version");
  for (const { severity, path, message } of diagnostics) {
    console.error(`${severity} ${path.join("/")}: ${message}`);
  }
  const channels = document?.channels().all().length ?? 0;
  console.log(`${channels} channels, ${document?.messages().all().length ?? 0} messages`);
  process.exitCode = diagnostics.length > 0 || channels === 0 ? 1 : 0;
});
