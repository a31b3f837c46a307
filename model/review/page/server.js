// Asking the server.

export class Refusal extends Error {}

export async function ask(path, row) {
  const how = row === undefined ? {} :
    { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(row) };
  const response = await fetch(path, how);
  return { status: response.status, answer: await response.json() };
}

export async function wanted(path, row) {
  const { status, answer } = await ask(path, row).catch(() => {
    throw new Refusal("the server does not answer");
  });
  if (status !== 200) throw new Refusal(answer.error);
  return answer;
}

export const pause = (seconds) => new Promise((resolve) => setTimeout(resolve, 1000 * seconds));
