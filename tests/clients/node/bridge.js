// Calls one of TextMagic's own clients, unchanged, as standard input tells: a line of JSON for each call, and for each
// a line that tells how it ended. What is called, and what must come back, is the tests' own (bridge.py).
"use strict";

const fs = require("node:fs");
const http = require("node:http");
const https = require("node:https");
const readline = require("node:readline");

const PATIENCE = 30_000; // milliseconds; the older client waits for ever

const [, , name, url, username, key] = process.argv;
const { hostname, port } = new URL(url);

const clients = {
  "textmagic-client"() {
    const vendor = require("textmagic-client");
    const client = new vendor.ApiClient(url);
    Object.assign(client.authentications.BasicAuth, { username, password: key });
    const api = new vendor.TextMagicApi(client);
    return (call, given) => api[call](...given.map((one) => (one?.path ? fs.createReadStream(one.path) : one)));
  },

  // It knows only https and port 443, so what it would send there is sent here.
  "textmagic-rest-client"() {
    https.request = (options, answered) => http.request({ ...options, hostname, port }, answered);
    const client = new (require("textmagic-rest-client"))(username, key);
    return (call, given) =>
      new Promise((resolve, reject) => {
        const words = call.split(".");
        const last = words.pop();
        const resource = words.reduce((found, word) => found[word], client);
        resource[last](...given, (error, told) => (error ? reject({ error, body: told }) : resolve(told)));
      });
  },
};

async function answer(client, { call, given }) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject({ error: new Error(`no answer to ${call}`) }), PATIENCE);
  });
  try {
    return { returned: (await Promise.race([client(call, given), late])) ?? null };
  } catch (failed) {
    const error = failed.error ?? failed;
    return { error: error.message, status: failed.status ?? null, body: failed.body ?? null };
  } finally {
    clearTimeout(timer);
  }
}

async function main() {
  const client = clients[name]();
  for await (const line of readline.createInterface({ input: process.stdin })) {
    process.stdout.write(`${JSON.stringify(await answer(client, JSON.parse(line)))}\n`);
  }
}

main();
