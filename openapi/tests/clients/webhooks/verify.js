// Verifies one message, {headers, body} on standard input: with the library that Standard Webhooks
// publishes on npm if it is given a secret (whsec_), and with Node's own Ed25519 if it is given a public
// key (whpk_), since the library knows the symmetric signature only. Says what is wrong, and fails.
import { createPublicKey, verify } from "node:crypto";
import { readFileSync } from "node:fs";
import { Webhook } from "standardwebhooks";

const [key] = process.argv.slice(2);
const { headers, body } = JSON.parse(readFileSync(0, "utf8"));

function asymmetric() {
  const x = Buffer.from(key.slice("whpk_".length), "base64").toString("base64url");
  const known = createPublicKey({ key: { kty: "OKP", crv: "Ed25519", x }, format: "jwk" });
  const signed = `${headers["webhook-id"]}.${headers["webhook-timestamp"]}.${body}`;
  const signatures = headers["webhook-signature"].split(" ").filter((it) => it.startsWith("v1a,"));
  const matches = (it) => verify(null, Buffer.from(signed), known, Buffer.from(it.slice(4), "base64"));
  if (!signatures.some(matches)) throw new Error("No matching signature found");
}

try {
  if (key.startsWith("whpk_")) asymmetric();
  else new Webhook(key).verify(body, headers);
} catch (error) {
  console.log(error.message);
  process.exit(1);
}
