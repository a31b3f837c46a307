// Texts that are dropped on the page or pasted.

import { open } from "./documents.js";
import { $ } from "./dom.js";
import { showQueue } from "./queue.js";
import { wanted } from "./server.js";
import { view } from "./state.js";

const output = () => $("adding").querySelector("output");

export async function addFiles(files) {
  output().value = "reading …";
  if (!$("adding").open) $("adding").showModal();
  try {
    const sent = await Promise.all(files.map(async (file) => ({
      name: file.webkitRelativePath || file.path || file.name, data: await inBase64(file),
    })));
    const row = await wanted("/api/texts", { files: sent.filter((file) => !/(^|\/)\./.test(file.name)) });
    showQueue(row.queue);
    output().value = `${row.numbers.length} documents are there`;
    if (!view.sheet || row.numbers.length === 1) {
      $("adding").close();
      output().value = "";
      await open(row.numbers.length === 1 ? row.numbers[0] : view.queue.documents[0].number);
    }
  } catch (error) {
    output().value = `not added: ${error.message}`;
  }
}

function inBase64(file) {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result.slice(reader.result.indexOf(",") + 1));
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(file);
  });
}

export async function filesIn(entry, path = "") {
  if (entry.isFile) {
    const file = await new Promise((resolve, reject) => entry.file(resolve, reject));
    return [Object.assign(file, { path: path + entry.name })];
  }
  const reader = entry.createReader();
  const found = [];
  for (;;) {
    const some = await new Promise((resolve, reject) => reader.readEntries(resolve, reject));
    if (!some.length) break;
    found.push(...some);
  }
  return (await Promise.all(found.map((one) => filesIn(one, `${path}${entry.name}/`)))).flat();
}
