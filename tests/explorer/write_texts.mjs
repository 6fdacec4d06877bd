// Writes choices as the page does: reads a JSON of record and states, and answers with the texts.
import { readFileSync } from "node:fs";

import { codeText, fileText } from "../../xhsim/explorer/browser/texts.js";

const { record, states } = JSON.parse(readFileSync(0, "utf-8"));
const found = states.map((state) => ({ file: fileText({ state, record }), code: codeText({ state, record }) }));
process.stdout.write(JSON.stringify(found));
