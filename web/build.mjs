// Builds static/css/parley.css and stamps it with the hash of what it was built
// from. A test in web/static computes the same hash and fails when the sheet is
// stale, so that nobody needs Node to check it.
//
// The hash is the SHA-256 of what `sha256sum` prints for the inputs, sorted by path.

import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";

const output = "static/css/parley.css";

function inputs() {
  const below = (folder, ending) =>
    readdirSync(folder, { recursive: true })
      .filter((name) => name.endsWith(ending))
      .map((name) => `${folder}/${name}`);
  return [
    "build.mjs",
    "package-lock.json",
    ...below("css", ".css"),
    ...below("page", ".templ"),
    ...below("ui", ".templ"),
  ].sort();
}

function sha256(content) {
  return createHash("sha256").update(content).digest("hex");
}

const listing = inputs().map((path) => `${sha256(readFileSync(path))}  ${path}\n`);

execFileSync("node_modules/.bin/tailwindcss", ["--input", "css/parley.css", "--output", output, "--minify"], {
  stdio: ["ignore", "ignore", "inherit"],
});
writeFileSync(output, `/* inputs ${sha256(listing.join(""))} */\n${readFileSync(output, "utf8")}`);
