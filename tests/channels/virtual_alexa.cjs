// virtual-alexa with the generated model: a line of JSON in (a sentence, or null to open the skill), the response out.
"use strict";
const readline = require("node:readline");
const { VirtualAlexa } = require("virtual-alexa");

const [url, model, application] = process.argv.slice(2);
const alexa = VirtualAlexa.Builder().skillURL(url).interactionModelFile(model).applicationID(application).create();

async function main() {
  for await (const line of readline.createInterface({ input: process.stdin })) {
    const sentence = JSON.parse(line);
    const answered = sentence === null ? alexa.launch() : alexa.utter(sentence);
    const { response } = await answered.catch((error) => ({ response: { error: String(error) } }));
    process.stdout.write(`${JSON.stringify(response ?? {})}\n`);
  }
}

main();
